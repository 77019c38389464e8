package org.palimpsest.corpus.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class KeyedPermutationTest {

  @Property(tries = 500)
  void visitsEveryElementOnce(@ForAll long key, @ForAll @IntRange(min = 1, max = 3000) int size) {
    KeyedPermutation permutation = new KeyedPermutation(key, size);
    boolean[] seen = new boolean[size];
    for (int i = 0; i < size; i++) {
      int element = (int) permutation.at(i);
      assertThat(seen[element]).isFalse();
      seen[element] = true;
    }
  }

  @Property(tries = 500)
  void findsTheIndexOfAnElement(
      @ForAll long key,
      @ForAll @LongRange(min = 1, max = 1L << 62) long size,
      @ForAll @LongRange(min = 0, max = (1L << 62) - 1) long any) {
    KeyedPermutation permutation = new KeyedPermutation(key, size);
    long element = permutation.at(any % size);
    assertThat(element).isBetween(0L, size - 1);
    assertThat(permutation.indexOf(element)).isEqualTo(any % size);
  }

  @Test
  void everyOrderOfThreeElementsIsEquallyFrequent() {
    int[] counts = new int[27];
    for (int key = 0; key < 60_000; key++) {
      KeyedPermutation permutation = new KeyedPermutation(key, 3);
      counts[(int) (permutation.at(0) * 9 + permutation.at(1) * 3 + permutation.at(2))]++;
    }
    // 10,000 expected for each of the six orders, standard deviation 91.
    for (int order : new int[] {5, 7, 11, 15, 19, 21}) {
      assertThat(counts[order]).isBetween(9_500, 10_500);
    }
  }

  @Property(tries = 6)
  void everyElementIsEquallyFrequentAtEveryIndex(@ForAll @IntRange(min = 4, max = 40) int size) {
    int keys = 1_000 * size;
    int[][] counts = new int[size][size];
    for (int key = 0; key < keys; key++) {
      KeyedPermutation permutation = new KeyedPermutation(key, size);
      for (int i = 0; i < size; i++) {
        counts[i][(int) permutation.at(i)]++;
      }
    }
    double chiSquare = 0;
    for (int[] row : counts) {
      for (int count : row) {
        chiSquare += (count - 1_000.0) * (count - 1_000.0) / 1_000;
      }
    }
    // Mean (n − 1)², standard deviation of a chi-square distribution: √2 (n − 1).
    double freedom = (size - 1.0) * (size - 1.0);
    assertThat(chiSquare).isLessThan(freedom + 6 * Math.sqrt(2 * freedom));
  }

  @Test
  void neighborsAreFarApartInALargeDomain() {
    long size = 400_000_000L;
    KeyedPermutation permutation = new KeyedPermutation(7, size);
    double distance = 0;
    Set<Long> seen = new HashSet<>();
    for (long i = 0; i < 100_000; i++) {
      seen.add(permutation.at(i));
      distance += Math.abs(permutation.at(i) - permutation.at(i + 1));
    }
    assertThat(seen).hasSize(100_000);
    // A third of the size in a uniform permutation, standard deviation of the mean 0.08 %.
    assertThat(distance / 100_000 / size).isBetween(0.330, 0.337);
  }
}
