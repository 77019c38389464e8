package org.palimpsest.objective.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.objective.errors.CharacterErrors.Change.DOUBLED;
import static org.palimpsest.objective.errors.CharacterErrors.Change.DROPPED;
import static org.palimpsest.objective.errors.CharacterErrors.Change.SWAPPED;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;

class CharacterErrorsTest {
  /** An e with an accent of its own, a family, and a Devanagari syllable. */
  private static final String CLUSTERS =
      "e\u0301 \uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67 नि";

  @Test
  void allCharactersAreDoubledButSpaces() {
    assertThat(Errors.apply(new CharacterErrors(DOUBLED, 1), "ab c¶d")).isEqualTo("aabb cc¶dd");
  }

  @Test
  void aClusterIsDoubledAsAWhole() {
    assertThat(Errors.apply(new CharacterErrors(DOUBLED, 1), CLUSTERS))
        .isEqualTo(
            "e\u0301e\u0301 "
                + "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67".repeat(2)
                + " निनि");
  }

  @Test
  void theLastCharacterIsNotDropped() {
    assertThat(Errors.apply(new CharacterErrors(DROPPED, 1), "ab c")).isEqualTo(" c");
  }

  @Test
  void barriersAndSpacesAreNotDropped() {
    assertThat(Errors.apply(new CharacterErrors(DROPPED, 1), "a¶b c¶")).isEqualTo("¶ c¶");
  }

  /** Probability r/(1−r) = 1 for r = 1/2: every pair is swapped, and none over a space. */
  @Test
  void pairsOfAWordAreSwapped() {
    assertThat(Errors.apply(new CharacterErrors(SWAPPED, 0.5), "abcde fg¶h"))
        .isEqualTo("badce gf¶h");
  }

  @Test
  void withoutARateNothingChanges() {
    for (CharacterErrors.Change change : CharacterErrors.Change.values()) {
      assertThat(Errors.apply(new CharacterErrors(change, 0), CLUSTERS)).isEqualTo(CLUSTERS);
    }
  }

  @Test
  void emptyTextsStayEmpty() {
    for (CharacterErrors.Change change : CharacterErrors.Change.values()) {
      assertThat(Errors.apply(new CharacterErrors(change, 0.5), "")).isEmpty();
    }
  }

  @Property(tries = 200)
  void droppedTextsAreSubsequences(@ForAll String text, @ForAll long example) {
    String given = text.replace(TextDraft.BARRIER, 'x');
    String result = Errors.apply(new CharacterErrors(DROPPED, 0.3), given, example);
    int at = 0;
    for (int k = 0; k < result.length(); k++) {
      at = given.indexOf(result.charAt(k), at) + 1;
      assertThat(at).isPositive();
    }
  }

  /** 20,000 letters at rate 0.05: 1000, deviation 31. */
  @Test
  void theRateIsErrorsPerCharacter() {
    String text = "palimpsest".repeat(2000);
    int dropped = text.length() - Errors.apply(new CharacterErrors(DROPPED, 0.05), text).length();
    int doubled = Errors.apply(new CharacterErrors(DOUBLED, 0.05), text).length() - text.length();
    assertThat(dropped).isBetween(850, 1150);
    assertThat(doubled).isBetween(850, 1150);
  }

  /** Of digits in a fixed order each swap breaks the order at two places. */
  @Test
  void theRateOfSwapsIsErrorsPerCharacter() {
    String text = "0123456789".repeat(2000);
    String result = Errors.apply(new CharacterErrors(SWAPPED, 0.1), text);
    int swaps = 0;
    for (int at = 0; at + 1 < text.length(); at++) {
      boolean swapped =
          result.charAt(at) == text.charAt(at + 1) && result.charAt(at + 1) == text.charAt(at);
      swaps += swapped ? 1 : 0;
    }
    // 2000; the deviation is below 45.
    assertThat(swaps).isBetween(1800, 2200);
  }

  @Test
  void swapsOfMoreThanHalfAreRefused() {
    assertThatThrownBy(() -> new CharacterErrors(SWAPPED, 0.6))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("rate of swapped-characters must lie between 0 and 0.5, but is 0.6.");
  }
}
