package org.palimpsest.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;

class CorrectorTest {
  private static final Correction.Marks MARKS =
      new Correction.Marks() {
        @Override
        public String removed(String text) {
          return "[-" + text + "-]";
        }

        @Override
        public String added(String text) {
          return "{+" + text + "+}";
        }
      };

  private static String marked(String before, String after) {
    return Correction.of(before, after).marked(MARKS);
  }

  @Test
  void changedWordsAreMarked() {
    assertThat(marked("Teh old miler likes it.", "The old miller likes it."))
        .isEqualTo("[-Teh-]{+The+} old [-miler-]{+miller+} likes it.");
  }

  @Test
  void addedAndRemovedWordsAreMarked() {
    assertThat(marked("the the miller his horse", "the miller likes his horse"))
        .isEqualTo("the [-the -]miller{+ likes+} his horse");
  }

  @Test
  void neighborsAreOneChange() {
    assertThat(marked("a bad mistke here", "a good thing here"))
        .isEqualTo("a [-bad mistke-]{+good thing+} here");
  }

  @Test
  void signsAreNoPartOfWords() {
    assertThat(marked("well , yes", "well, yes.")).isEqualTo("well[- -], yes{+.+}");
  }

  @Test
  void anEqualTextHasNoChange() {
    assertThat(Correction.of("all right", "all right").changes()).isEmpty();
  }

  @Test
  void offsetsAreThoseOfTheTextBefore() {
    assertThat(Correction.of("Teh old miler.", "The old miller.").changes())
        .containsExactly(new Change(0, 3, "Teh", "The"), new Change(8, 13, "miler", "miller"));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of("a", "b", "cat", " ", "  ", ".", "жук", "你好", "\uD83D\uDE00")
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  /** Whatever the texts are, the changes make one of the other. */
  @Property
  void changesMakeTheTextAfter(@ForAll("texts") String before, @ForAll("texts") String after) {
    Correction correction = Correction.of(before, after);
    StringBuilder made = new StringBuilder();
    int at = 0;
    for (Change change : correction.changes()) {
      assertThat(change.from()).isGreaterThanOrEqualTo(at);
      assertThat(before.substring(change.from(), change.to())).isEqualTo(change.before());
      assertThat(change.before()).isNotEqualTo(change.after());
      made.append(before, at, change.from()).append(change.after());
      at = change.to();
    }
    assertThat(made.append(before.substring(at))).hasToString(after);
  }

  @Test
  void textsAreCorrectedSentenceBySentence() {
    List<String> given = new ArrayList<>();
    Corrector corrector =
        new Corrector(
            text -> true,
            text -> {
              given.add(text);
              return text.toUpperCase(Locale.ROOT);
            });
    Correction correction = corrector.correct(" It runs.  It stops!\nWhy? ");
    assertThat(given).containsExactly("It runs.", "It stops!", "Why?");
    assertThat(correction.text()).isEqualTo(" IT RUNS.  IT STOPS!\nWHY? ");
    assertThat(correction.changes()).hasSize(3);
  }

  @Test
  void longSentencesAreCutAtSpaces() {
    List<String> given = new ArrayList<>();
    Corrector corrector =
        new Corrector(
            text -> text.length() <= 8,
            text -> {
              given.add(text);
              return text;
            });
    assertThat(corrector.correct("one two three four").text()).isEqualTo("one two three four");
    assertThat(given).containsExactly("one two", "three", "four");
  }

  /** What cannot be cut is the restorer's to refuse. */
  @Test
  void aTextWithoutSpacesIsNotCut() {
    Corrector corrector =
        new Corrector(
            text -> false,
            text -> {
              throw PalimpsestException.input("The text is too long.");
            });
    assertThatThrownBy(() -> corrector.correct("onetwothree")).hasMessage("The text is too long.");
  }

  @Test
  void anEmptyTextIsRefusedByTheRestorer() {
    Corrector corrector =
        new Corrector(
            text -> true,
            text -> {
              throw PalimpsestException.input("The text to restore is empty.");
            });
    assertThatThrownBy(() -> corrector.correct("  ")).hasMessage("The text to restore is empty.");
  }
}
