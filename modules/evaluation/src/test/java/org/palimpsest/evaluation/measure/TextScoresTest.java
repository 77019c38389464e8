package org.palimpsest.evaluation.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextScoresTest {
  private static TextScores scores() {
    TextScores scores = new TextScores();
    scores.add("a cat", "a cat", new int[] {1, 2}, new int[] {1, 2});
    scores.add("the dog", "the dgo!", new int[] {3, 4}, new int[] {3, 5, 6});
    return scores;
  }

  @Test
  void exactMatchIsTheShareOfTexts() {
    assertThat(scores().exactMatch(1).value()).isEqualTo(0.5);
  }

  @Test
  void tokenAccuracyCountsMissingAndAddedTokens() {
    assertThat(scores().tokenAccuracy(1).value()).isEqualTo((2 + 1) / (2.0 + 3.0));
  }

  @Test
  void characterErrorRateIsEditsPerCharacterOfAllTexts() {
    assertThat(scores().characterErrorRate(1).value()).isEqualTo(2 / 12.0);
  }

  @Test
  void scoresHaveIntervalsOverDocuments() {
    assertThat(scores().characterErrorRate(1).interval()).isPresent();
    assertThat(scores().characterErrorRate(1)).isEqualTo(scores().characterErrorRate(1));
  }
}
