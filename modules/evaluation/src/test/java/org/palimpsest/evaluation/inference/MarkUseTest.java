package org.palimpsest.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.evaluation.inference.MarkUse.Answer;
import org.palimpsest.evaluation.inference.MarkUse.Mark;
import org.palimpsest.objective.Vocabulary;

class MarkUseTest {
  @ParameterizedTest
  @CsvSource({
    "bart, MASK, TEXT",
    "text-infilling, MASK, TEXT",
    "token-masking, MASK, TEXT",
    "token-deletion, NONE, TEXT",
    "sentence-permutation, NONE, TEXT",
    "t5, SENTINEL, SPANS",
    "mass, MASK, OTHER",
    "prefix-lm, NONE, OTHER"
  })
  void infersMarkAndAnswerFromTheObjective(String objective, Mark mark, Answer answer) {
    MarkUse use = MarkUse.of(objective, Vocabulary.standard(300, 100));
    assertThat(use.mark()).isEqualTo(mark);
    assertThat(use.answer()).isEqualTo(answer);
  }

  @Test
  void whatIsAroundATextNeedsNoSentinels() {
    MarkUse use = MarkUse.of("t5", Vocabulary.standard(300, 0)).ofPairs();
    assertThat(use.beginsWithBos()).isFalse();
    assertThat(use.endsWithEos()).isTrue();
  }
}
