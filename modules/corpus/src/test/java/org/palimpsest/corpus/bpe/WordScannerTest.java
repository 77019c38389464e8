package org.palimpsest.corpus.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class WordScannerTest {
  private static final Pattern GPT2 =
      Pattern.compile(
          "(?U)'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

  private static List<String> scanned(String text) {
    List<String> words = new ArrayList<>();
    WordScanner.scan(text, words::add);
    return words;
  }

  @Property(tries = 1000)
  void splitsWordsLikeThePattern(@ForAll("texts") String text) {
    List<String> expected = new ArrayList<>();
    Matcher matcher = GPT2.matcher(text);
    while (matcher.find()) {
      expected.add(matcher.group());
    }
    assertThat(scanned(text)).isEqualTo(expected);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "a", "Ü", "z", " ", " ", "\n", "\t", "\u00A0", "'", "'s", "'ll", "1", "²", "Ⅷ", ".",
            "—", "😀", "漢", "\u0301", "\u2028", "_")
        .list()
        .ofMaxSize(14)
        .map(parts -> String.join("", parts));
  }

  @Test
  void assignsASpaceToTheNextWord() {
    assertThat(scanned("It's  the end, isn't it?\n"))
        .containsExactly("It", "'s", " ", " the", " end", ",", " isn", "'t", " it", "?", "\n");
  }

  @Test
  void skipsOverlongWords() {
    assertThat(scanned("a " + "b".repeat(1000) + " c")).containsExactly("a", " c");
  }
}
