package org.palimpsest.objective.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.objective.errors.WordErrors.Change.DOUBLED;
import static org.palimpsest.objective.errors.WordErrors.Change.DROPPED;
import static org.palimpsest.objective.errors.WordErrors.Change.MERGED;
import static org.palimpsest.objective.errors.WordErrors.Change.SPLIT;
import static org.palimpsest.objective.errors.WordErrors.Change.SWAPPED;

import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;

class WordErrorsTest {
  private static final String TEXT = "The old miller,  likes.";

  private static String all(WordErrors.Change change, String text) {
    return Errors.apply(new WordErrors(change, 1), text);
  }

  @Test
  void theLastWordIsNotDropped() {
    assertThat(all(DROPPED, TEXT)).isEqualTo("likes.");
  }

  /** 3 · 0.2 = 0.6 of the examples drop the word in the middle, and its space. */
  @Test
  void aDroppedWordTakesItsSpaceAlong() {
    int middle = Errors.count(new WordErrors(DROPPED, 0.2), "a bcd e", "a e", 2000);
    // 0.8 · 0.6 · 0.8 = 0.384; the deviation is 22.
    assertThat(middle).isBetween(680, 860);
  }

  @Test
  void wordsAreDoubledBehindASpace() {
    assertThat(all(DOUBLED, TEXT)).isEqualTo("The The old old miller, miller,  likes. likes.");
  }

  @Test
  void aWordTakesPartInOneSwap() {
    assertThat(all(SWAPPED, TEXT)).isEqualTo("old The likes.  miller,");
  }

  @Test
  void wordsOfTwoDocumentsAreNotSwappedOrMerged() {
    assertThat(all(SWAPPED, "a b c¶d e")).isEqualTo("b a c¶e d");
    assertThat(all(MERGED, "a b c¶d e")).isEqualTo("abc¶de");
  }

  @Test
  void mergedWordsLoseTheSpacesBetweenThem() {
    assertThat(all(MERGED, TEXT)).isEqualTo("Theoldmiller,likes.");
  }

  @Test
  void aSplitWordHasASpaceInside() {
    assertThat(all(SPLIT, "ab c")).isEqualTo("a b c");
  }

  @Test
  void everyPlaceInsideAWordIsEquallyLikely() {
    int first = Errors.count(new WordErrors(SPLIT, 1), "abcd", "a bcd", 3000);
    int last = Errors.count(new WordErrors(SPLIT, 1), "abcd", "abc d", 3000);
    // 1000 each; the deviation is 26.
    assertThat(first).isBetween(870, 1130);
    assertThat(last).isBetween(870, 1130);
  }

  /** ICU's dictionary knows 中国 (China) and 人民 (people). */
  @Test
  void scriptsWithoutSpacesHaveWords() {
    assertThat(all(SWAPPED, "中国人民")).isEqualTo("人民中国");
    assertThat(all(DOUBLED, "中国人民")).isEqualTo("中国中国人民人民");
    assertThat(all(MERGED, "中国人民")).isEqualTo("中国人民");
  }

  @Test
  void withoutARateNothingChanges() {
    for (WordErrors.Change change : WordErrors.Change.values()) {
      assertThat(Errors.apply(new WordErrors(change, 0), TEXT)).isEqualTo(TEXT);
    }
  }

  /** 4000 words of five letters at rate 0.02: 400 of them, deviation 19. */
  @Test
  void aWordIsHitInProportionToItsLength() {
    String text = "horse ".repeat(4000).strip();
    String result = Errors.apply(new WordErrors(DOUBLED, 0.02), text);
    int more = (result.length() - text.length()) / "horse ".length();
    assertThat(more).isBetween(310, 490);
  }

  @Test
  void ratesOverOneAreRefused() {
    assertThatThrownBy(() -> new WordErrors(MERGED, 1.5))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("rate of merged-words must lie between 0 and 1, but is 1.5.");
  }
}
