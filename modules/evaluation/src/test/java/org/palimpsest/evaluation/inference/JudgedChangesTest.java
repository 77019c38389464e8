package org.palimpsest.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgedChangesTest {
  private static final String SOURCE = "teh miller likes Cimmeria";
  private static final String RESTORED = "the miller likes Cimmerians";

  /** Loses 5 nats with "teh", and 0.5 with "Cimmeria". */
  private static double[] losses(List<String> texts) {
    return texts.stream()
        .mapToDouble(
            text -> 1 + (text.contains("teh") ? 5 : 0) + (text.endsWith("Cimmerians") ? 0 : 0.5))
        .toArray();
  }

  @Test
  void aChangeGainsWhatTheTextLosesWithoutIt() {
    JudgedChanges judged = JudgedChanges.of(SOURCE, RESTORED, JudgedChangesTest::losses);
    assertThat(judged.changes()).extracting(Change::after).containsExactly("the", "Cimmerians");
    assertThat(judged.gains()).containsExactly(5.0, 0.5);
  }

  @Test
  void onlySureChangesAreKept() {
    JudgedChanges judged = JudgedChanges.of(SOURCE, RESTORED, JudgedChangesTest::losses);
    assertThat(judged.keeping(0)).isEqualTo(RESTORED);
    assertThat(judged.keeping(0.5)).isEqualTo(RESTORED);
    assertThat(judged.keeping(1)).isEqualTo("the miller likes Cimmeria");
    assertThat(judged.keeping(6)).isEqualTo(SOURCE);
  }

  @Test
  void eachTextIsScoredOnceAndAnEqualTextNever() {
    List<String> scored = new ArrayList<>();
    JudgedChanges.Losses counting =
        texts -> {
          scored.addAll(texts);
          return losses(texts);
        };
    JudgedChanges.of(SOURCE, RESTORED, counting);
    assertThat(scored)
        .containsExactly(RESTORED, "teh miller likes Cimmerians", "the miller likes Cimmeria");
    scored.clear();
    assertThat(JudgedChanges.of(SOURCE, SOURCE, counting).keeping(100)).isEqualTo(SOURCE);
    assertThat(scored).isEmpty();
  }

  @Test
  void aChangeThatCannotBeJudgedIsKept() {
    JudgedChanges judged =
        JudgedChanges.of(SOURCE, RESTORED, texts -> new double[] {1, Double.NaN, 1.5});
    assertThat(judged.keeping(3)).isEqualTo("the miller likes Cimmeria");
  }
}
