package org.palimpsest.objective.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.objective.errors.LostMarks.Mark.CASE;
import static org.palimpsest.objective.errors.LostMarks.Mark.DIACRITICS;
import static org.palimpsest.objective.errors.LostMarks.Mark.PUNCTUATION;

import org.junit.jupiter.api.Test;

class LostMarksTest {
  private static String all(LostMarks.Mark mark, String text) {
    return Errors.apply(new LostMarks(mark, 1), text);
  }

  @Test
  void capitalsBecomeSmall() {
    assertThat(all(CASE, "\"Où est ÉMILE?\" ЖУК ΣΑ \uD801\uDC00"))
        .isEqualTo("\"où est émile?\" жук σα \uD801\uDC28");
  }

  @Test
  void punctuationOfAnyScriptIsLeftOut() {
    assertThat(all(PUNCTUATION, "«Eh bien, don't!» 他说：好。 ¿qué? + $¶."))
        .isEqualTo("Eh bien dont 他说好 qué + $¶");
  }

  @Test
  void lettersLoseTheirMarks() {
    assertThat(all(DIACRITICS, "Émile Änne e\u0301 Việt ё й ά øłß"))
        .isEqualTo("Emile Anne e Viet е и α øłß");
  }

  @Test
  void hebrewAndArabicLoseTheirPoints() {
    assertThat(all(DIACRITICS, "שָׁלוֹם مُحَمَّد")).isEqualTo("שלום محمد");
  }

  @Test
  void indicVowelsAndHangulStay() {
    assertThat(all(DIACRITICS, "निधि 한국")).isEqualTo("निधि 한국");
  }

  /** 4000 capitals at rate 0.25: 1000, deviation 27. */
  @Test
  void theRateIsErrorsPerCapital() {
    String result = Errors.apply(new LostMarks(CASE, 0.25), "Ab".repeat(4000));
    assertThat(result.chars().filter(c -> c == 'a').count()).isBetween(860L, 1140L);
  }

  @Test
  void withoutARateNothingChanges() {
    for (LostMarks.Mark mark : LostMarks.Mark.values()) {
      assertThat(Errors.apply(new LostMarks(mark, 0), "Émile, ja?")).isEqualTo("Émile, ja?");
    }
  }
}
