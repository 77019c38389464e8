package org.palimpsest.objective.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.objective.errors.ConfusionErrors.Case.EXACT;
import static org.palimpsest.objective.errors.ConfusionErrors.Case.FOLLOW;
import static org.palimpsest.objective.errors.ConfusionErrors.Unit.CHARACTERS;
import static org.palimpsest.objective.errors.ConfusionErrors.Unit.WORDS;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;

class ConfusionErrorsTest {
  @TempDir Path folder;

  private static ConfusionErrors own(ConfusionErrors.Case letters, double rate, String... lines) {
    return ConfusionErrors.of(List.of(lines), letters, CHARACTERS, rate);
  }

  /** What becomes of a text in many examples. */
  private static Set<String> outcomes(ConfusionErrors error, String text) {
    Set<String> outcomes = new HashSet<>();
    for (int example = 0; example < 500; example++) {
      outcomes.add(Errors.apply(error, text, example));
    }
    return outcomes;
  }

  @ParameterizedTest
  @CsvSource({
    "qwerty, s, w e a d z x",
    "qwerty, q, 1 2 w a",
    "qwerty, m, 'j k n ,'",
    "qwertz, t, 5 6 r z f g",
    "qwertz, y, a s x",
    "azerty, a, '& é z q'",
    "azerty, q, a z s w",
    "jcuken, а, к е в п с м"
  })
  void keysHaveTheNeighborsThatTheyHaveOnTheKeyboard(String layout, String key, String neighbors) {
    assertThat(outcomes(ConfusionErrors.keyboard(layout, 1), key))
        .containsExactlyInAnyOrder(neighbors.split(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwerty", "qwertz", "azerty", "jcuken"})
  void capitalsHaveCapitalNeighbors(String layout) {
    String alphabet = layout.equals("jcuken") ? "ФЫВАПРОЛ" : "SDFGHJK";
    assertThat(Errors.apply(ConfusionErrors.keyboard(layout, 1), alphabet))
        .doesNotContain(alphabet.toLowerCase(java.util.Locale.ROOT).split(""));
  }

  @Test
  void everyNeighborIsEquallyLikely() {
    int count = Errors.count(ConfusionErrors.keyboard("qwerty", 1), "q", "w", 4000);
    // 1000 of 4000; the deviation is 27.
    assertThat(count).isBetween(860, 1140);
  }

  @Test
  void characterSequencesAreConfusedAsAWhole() {
    assertThat(Errors.apply(own(EXACT, 1, "rn m", "m rn"), "corn m")).isEqualTo("com rn");
  }

  @Test
  void entriesOfAllLengthsAtAPlaceAreEquallyLikely() {
    ConfusionErrors error = own(EXACT, 1, "a x y", "ab z");
    assertThat(outcomes(error, "ab")).containsExactlyInAnyOrder("xb", "yb", "z");
    // 1000 of 3000; the deviation is 26.
    assertThat(Errors.count(error, "ab", "z", 3000)).isBetween(870, 1130);
  }

  @Test
  void outcomesFollowTheCaseOfTheText() {
    ConfusionErrors error = own(FOLLOW, 1, "ph f", "th dd");
    assertThat(Errors.apply(error, "ph Ph PH th Th TH")).isEqualTo("f F F dd Dd DD");
  }

  @Test
  void withExactCaseCapitalsAreStrangers() {
    assertThat(Errors.apply(own(EXACT, 1, "l 1"), "lL")).isEqualTo("1L");
  }

  @Test
  void aCharacterWithAMarkIsNotTheOneWithout() {
    assertThat(Errors.apply(own(FOLLOW, 1, "e x"), "e\u0301e")).isEqualTo("e\u0301x");
  }

  @Test
  void charactersBeyondTheFirstPlaneAreCharacters() {
    assertThat(
            Errors.apply(own(EXACT, 1, "\uD83D\uDE00 \uD83D\uDE01"), "\uD83D\uDE00¶\uD83D\uDE00"))
        .isEqualTo("\uD83D\uDE01¶\uD83D\uDE01");
  }

  @Test
  void wholeWordsAreConfusedWithoutTheirPunctuation() {
    ConfusionErrors error = ConfusionErrors.of(List.of("their there"), FOLLOW, WORDS, 1);
    assertThat(Errors.apply(error, "\"Their, their theirs THEIR"))
        .isEqualTo("\"There, there theirs THERE");
  }

  @Test
  void homophonesAreWords() {
    assertThat(outcomes(ConfusionErrors.named("homophones", 1), "(two)"))
        .containsExactlyInAnyOrder("(to)", "(too)");
  }

  @Test
  void scannersRunLettersTogether() {
    assertThat(outcomes(ConfusionErrors.named("ocr", 1), "rn"))
        .containsExactlyInAnyOrder("m", "nri", "nu");
  }

  @Test
  void listenersSpellSounds() {
    assertThat(outcomes(ConfusionErrors.named("speech", 1), "Ph"))
        .containsExactlyInAnyOrder("F", "Bh");
  }

  /** 20,000 known letters at rate 0.05: 1000, deviation 31. */
  @Test
  void theRateIsErrorsPerKnownCharacter() {
    String result = Errors.apply(own(EXACT, 0.05, "a x"), "ab".repeat(20_000));
    assertThat(result.chars().filter(c -> c == 'x').count()).isBetween(850L, 1150L);
    assertThat(result).hasSize(40_000);
  }

  @Test
  void aUsersTableIsAFile() throws Exception {
    Path table = Files.writeString(folder.resolve("mine.txt"), "# ours\n\nä ae\tа\nß ss\n");
    ConfusionErrors error = ConfusionErrors.file(table.toString(), FOLLOW, CHARACTERS, 1);
    assertThat(outcomes(error, "Äß")).containsExactlyInAnyOrder("Aess", "Аss");
    assertThat(error.describe()).containsEntry("entries", List.of("ä ae\tа", "ß ss"));
  }

  @Test
  void aMissingFileIsNamed() {
    Path table = folder.resolve("none.txt");
    assertThatThrownBy(() -> ConfusionErrors.file(table.toString(), FOLLOW, CHARACTERS, 1))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The confusion table %s cannot be read; name a text file in UTF-8 on the machine of the"
                + " driver.",
            table);
  }

  @Test
  void aLineWithoutAnOutcomeIsNamed() {
    assertThatThrownBy(() -> own(EXACT, 1, "a b", "", "c"))
        .hasMessage(
            "The confusion table in entries, line 3 has 'c' without what comes out of it; write it"
                + " behind a space.");
  }

  @Test
  void anEmptyTableIsRefused() {
    assertThatThrownBy(() -> own(EXACT, 1, "# nothing"))
        .hasMessage(
            "The confusion table in entries has no entries; give it lines such as 'rn m': what is"
                + " meant, and what comes out.");
  }

  @Test
  void whatIsTakenForItselfIsRefused() {
    assertThatThrownBy(() -> own(EXACT, 1, "a b a"))
        .hasMessage(
            "The confusion table in entries, line 1 takes 'a b a' for itself; leave it out.");
  }

  @Test
  void anUnknownLayoutIsRefused() {
    assertThatThrownBy(() -> ConfusionErrors.keyboard("qwert", 1))
        .hasMessage(
            "The keyboard layout 'qwert' is unknown; did you mean 'qwerty'? (known are qwerty,"
                + " qwertz, azerty, jcuken.)");
  }
}
