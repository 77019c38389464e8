package org.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.palimpsest.evaluation.EvaluationReport.RestoredSpans;
import org.palimpsest.evaluation.inference.Restorer.LostSpan;

class SpanScoresTest {
  private static final String[] TOKENS = {"<s>", ".", "the", "cat"};
  private static final long[] OCCURRENCES = {0, 90, 50, 7};

  @Test
  void comparesEachSpanWithTheOriginalAndTheMostFrequentWord() {
    RestoringTask.Restored first =
        restored(
            List.of("the dog", "cat"), new LostSpan("the cat", 2), new LostSpan("sat on the", 3));
    RestoringTask.Restored second = restored(List.of("cat"), new LostSpan("cat", 1));

    RestoredSpans scores =
        SpanScores.of(List.of(first, second), id -> " " + TOKENS[id], OCCURRENCES);

    assertThat(scores.texts()).isEqualTo(2);
    assertThat(scores.spans()).isEqualTo(3);
    // One of two words, none, and all.
    assertThat(scores.rougeL()).isCloseTo((0.5 + 0 + 1) / 3, within(1e-12));
    // "the the" has one word of "the cat", "the the the" one of "sat on the", "the" none of "cat".
    assertThat(scores.unigramRougeL()).isCloseTo((0.5 + 1.0 / 3 + 0) / 3, within(1e-12));
  }

  @Test
  void textsWithoutGapsHaveNoSpans() {
    RestoredSpans scores = SpanScores.of(List.of(restored(List.of())), id -> "", OCCURRENCES);

    assertThat(scores).isEqualTo(new RestoredSpans(1, 0, 0, 0));
  }

  private static RestoringTask.Restored restored(List<String> spans, LostSpan... lost) {
    return new RestoringTask.Restored(
        "source",
        "text",
        "original",
        0.5,
        new ArrayList<>(spans),
        new ArrayList<>(Arrays.asList(lost)));
  }
}
