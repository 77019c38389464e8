package org.palimpsest.corpus.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MinHashTest {
  private static final int SHINGLE = 5;

  private static byte[] fragments(String text) {
    MinHash sketch = new MinHash(128, SHINGLE);
    sketch.sketch(text);
    return sketch.fragments();
  }

  private static Set<String> shingles(String text) {
    String letters = text.replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT);
    Set<String> shingles = new HashSet<>();
    for (int at = 0; at + SHINGLE <= letters.length(); at++) {
      shingles.add(letters.substring(at, at + SHINGLE));
    }
    return shingles;
  }

  private static double jaccard(String a, String b) {
    Set<String> both = shingles(a);
    Set<String> all = new HashSet<>(both);
    both.retainAll(shingles(b));
    all.addAll(shingles(b));
    return (double) both.size() / all.size();
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(random.nextInt(6) == 0 ? ' ' : (char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  @Test
  void estimatesTheJaccardSimilarityOfShingles() {
    Random random = new Random(5);
    double sumOfErrors = 0;
    int pairs = 200;
    for (int i = 0; i < pairs; i++) {
      String shared = text(random, 300);
      String a = shared + text(random, random.nextInt(300));
      String b = shared + text(random, random.nextInt(300));
      double wanted = jaccard(a, b);
      double found = MinHash.similarity(fragments(a), fragments(b));
      // Five standard errors of 128 draws.
      assertThat(found).isCloseTo(wanted, within(5 * Math.sqrt(0.25 / 128)));
      sumOfErrors += found - wanted;
    }
    assertThat(sumOfErrors / pairs).isCloseTo(0, within(0.015));
  }

  @Test
  void ignoresLayoutAndCase() {
    assertThat(fragments("The first text, written over."))
        .isEqualTo(fragments("the FIRST\ntext written over"));
    assertThat(MinHash.similarity(fragments("漢字の文章です"), fragments("漢字の文章です。"))).isEqualTo(1);
    assertThat(MinHash.similarity(fragments("!!!"), fragments("???"))).isLessThan(0.2);
    assertThat(MinHash.similarity(fragments("abc"), fragments("abc!"))).isEqualTo(1);
    assertThat(MinHash.similarity(fragments("abc"), fragments("abd"))).isLessThan(0.2);
  }

  @Test
  void bandsFindPairsAtTheThreshold() {
    assertThat(MinHash.rows(0.8, 128)).isEqualTo(6);
    assertThat(MinHash.rows(0.5, 128)).isEqualTo(3);
    assertThat(MinHash.rows(0.9, 128)).isEqualTo(10);
    assertThat(MinHash.rows(1, 128)).isEqualTo(128);
    for (double threshold : new double[] {0.3, 0.6, 0.8, 0.95}) {
      int rows = MinHash.rows(threshold, 128);
      int bands = 128 / rows;
      double missed = Math.pow(1 - Math.pow(threshold, rows), bands);
      assertThat(missed).isLessThan(rows == 1 ? 1 : 0.01);
    }
  }

  @Test
  void equalRowsOfABandShareABucket() {
    MinHash one = new MinHash(128, SHINGLE);
    MinHash two = new MinHash(128, SHINGLE);
    one.sketch("A text that is sketched twice.");
    two.sketch("something else before");
    two.sketch("A text that is sketched twice.");
    assertThat(two.bucket(3, 6)).isEqualTo(one.bucket(3, 6)).isNotEqualTo(one.bucket(4, 6));
  }
}
