package org.palimpsest.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.palimpsest.objective.DenoisingExample;

class BatchTest {
  private static final int PAD = 9;

  @Test
  void shortRowsArePadded() {
    Batch batch = Batch.of(List.of(example(3, 2), example(1, 4)), PAD);

    assertThat(batch.rows()).isEqualTo(2);
    assertThat(batch.sourceLength()).isEqualTo(3);
    assertThat(batch.targetLength()).isEqualTo(4);
    assertThat(batch.source()).containsExactly(100, 101, 102, 100, PAD, PAD);
    assertThat(batch.sourceLengths()).containsExactly(3, 1);
    assertThat(batch.decoderInput()).containsExactly(200, 201, PAD, PAD, 200, 201, 202, 203);
    assertThat(batch.target()).containsExactly(300, 301, PAD, PAD, 300, 301, 302, 303);
    assertThat(batch.targetLengths()).containsExactly(2, 4);
    assertThat(batch.lossWeights()).containsExactly(1f, 0f, 0f, 0f, 1f, 0f, 1f, 0f);
    assertThat(batch.roles()).startsWith(1, 1, 3, 3).endsWith(1, 1, 1, 1);
    assertThat(batch.weight()).isEqualTo(3);
    assertThat(batch.rawTokens()).isEqualTo(20);
  }

  @Test
  void lostTokensHaveTheirOwnWeight() {
    DenoisingExample mixed = new DenoisingExample(4);
    mixed.begin(1, 10);
    mixed.appendSource(1);
    mixed.appendTarget(2, 0, 3, DenoisingExample.CORRUPTED, true);
    mixed.appendTarget(2, 1, 3, DenoisingExample.KEPT, true);
    mixed.appendTarget(2, 2, 3, DenoisingExample.CORRUPTED, false);
    Batch batch = Batch.of(List.of(mixed, example(1, 4)), PAD);
    batch.weighLost(3);

    assertThat(batch.lossWeights()).containsExactly(3f, 1f, 0f, 0f, 3f, 0f, 3f, 0f);
    assertThat(batch.weight()).isEqualTo(10);
  }

  @Test
  void consecutivePositionsAreOmitted() {
    DenoisingExample moved = new DenoisingExample(4);
    moved.begin(1, 10);
    moved.appendSource(1);
    moved.appendTarget(2, 5, 3, DenoisingExample.CORRUPTED, true);

    assertThat(Batch.of(List.of(example(1, 2)), PAD).decoderPositions()).isNull();
    assertThat(Batch.of(List.of(example(1, 2), moved), PAD).decoderPositions())
        .containsExactly(0, 1, 5, 0);
  }

  /** The objective reuses the buffer of an example; the batch must not change with it. */
  @Test
  void batchCopiesItsExamples() {
    DenoisingExample buffer = example(2, 2);
    Batch batch = Batch.of(List.of(buffer), PAD);
    buffer.begin(2, 5);
    buffer.appendSource(7);
    buffer.appendTarget(7, 0, 7, DenoisingExample.KEPT, false);

    assertThat(batch.source()).containsExactly(100, 101);
    assertThat(batch.target()).containsExactly(300, 301);
  }

  @Test
  void shortExamplesShareARow() {
    Batch batch =
        Batch.packed(
            List.of(example(3, 2), example(1, 4), example(2, 1), example(9, 1)), PAD, 6, 4);

    assertThat(batch.isPacked()).isTrue();
    assertThat(batch.rows()).isEqualTo(3);
    assertThat(batch.sourceLength()).isEqualTo(9);
    assertThat(batch.sourceLengths()).containsExactly(5, 1, 9);
    assertThat(batch.source()).startsWith(100, 101, 102, 100, 101, PAD, PAD, PAD, PAD, 100, PAD);
    assertThat(batch.target())
        .containsExactly(300, 301, 300, PAD, 300, 301, 302, 303, 300, PAD, PAD, PAD);
    assertThat(batch.decoderPositions()).isNull();
    assertThat(batch.segments().rows()).containsExactly(0, 0, 1, 2);
    assertThat(batch.segments().sourceFrom()).containsExactly(0, 3, 0, 0);
    assertThat(batch.segments().sourceLengths()).containsExactly(3, 2, 1, 9);
    assertThat(batch.segments().targetFrom()).containsExactly(0, 2, 0, 0);
    assertThat(batch.segments().targetLengths()).containsExactly(2, 1, 4, 1);
    assertThat(batch.rawTokens()).isEqualTo(40);
  }

  @Test
  void withoutPackingEveryExampleHasARow() {
    Batch batch = Batch.of(List.of(example(3, 2), example(1, 4)), PAD);

    assertThat(batch.isPacked()).isFalse();
    assertThat(batch.segments().rows()).containsExactly(0, 1);
    assertThat(batch.segments().sourceLengths()).containsExactly(3, 1);
    assertThat(batch.segments().targetLengths()).containsExactly(2, 4);
  }

  private static DenoisingExample example(int source, int target) {
    DenoisingExample example = new DenoisingExample(2);
    example.begin(0, 10);
    for (int i = 0; i < source; i++) {
      example.appendSource(100 + i);
    }
    for (int i = 0; i < target; i++) {
      example.appendTarget(200 + i, i, 300 + i, DenoisingExample.CORRUPTED, i % 2 == 0);
    }
    return example;
  }
}
