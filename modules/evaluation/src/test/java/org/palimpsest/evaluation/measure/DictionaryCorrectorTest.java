package org.palimpsest.evaluation.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DictionaryCorrectorTest {
  private static final Map<String, Long> WORDS =
      Map.of("the", 50L, "cat", 9L, "car", 7L, "house", 5L, "don't", 4L, "extraordinary", 2L);

  private final DictionaryCorrector corrector = new DictionaryCorrector(WORDS);

  @ParameterizedTest
  @CsvSource({
    "the cat, the cat",
    "teh hosue, the house",
    "'The caz, 2 housse!', 'The cat, 2 house!'",
    "HUOSE, HOUSE",
    "dom't, don't",
    "extraordinarry, extraordinary",
    "xtraordinaryy, extraordinary",
    "xyzzy, xyzzy",
    "xx, xx"
  })
  void unknownWordsBecomeTheNearest(String text, String corrected) {
    assertThat(corrector.correct(text)).isEqualTo(corrected);
  }

  /** Both are at distance 1. */
  @Test
  void ofTheNearestTheMostFrequentIsTaken() {
    assertThat(corrector.correct("cax")).isEqualTo("cat");
    Map<String, Long> other = new HashMap<>(WORDS);
    other.put("car", 10L);
    assertThat(new DictionaryCorrector(other).correct("cax")).isEqualTo("car");
  }

  @Test
  void wordsAreCountedInSmallLetters() {
    Map<String, Long> counts = new HashMap<>();
    DictionaryCorrector.count("The cat’s the house, 3 cats.", counts);
    assertThat(counts)
        .containsOnly(
            Map.entry("the", 2L),
            Map.entry("cat’s", 1L),
            Map.entry("house", 1L),
            Map.entry("cats", 1L));
  }
}
