package org.palimpsest.model.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.batch.CountedRows;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.spec.ModelSpec;

class SliceLoopTest {
  private static final ModelSpec SPEC = new ModelSpec(50, 16, 32, 2, 2, 2, 32, 0, 0, 1, 2, 2);
  private static final DropoutKey KEY = new DropoutKey(1, 2, 3, 4);

  /** A network whose loss at a position is the target token, and which predicts that token + 1. */
  private static class Recorder implements SliceLoop.Passes {
    private final List<Slice> slices = new ArrayList<>();
    private final List<Integer> numbers = new ArrayList<>();
    private int begun;

    List<Slice> slices() {
      return slices;
    }

    @Override
    public void begin() {
      begun++;
    }

    @Override
    public void backward(Slice slice, DropoutKey key, int number, DoubleConsumer losses) {
      slices.add(slice);
      numbers.add(number);
      CountedRows counted = slice.counted();
      for (int i = 0; i < counted.count(); i++) {
        losses.accept(counted.weights()[i] * counted.truth()[i]);
      }
    }

    @Override
    public void score(Slice slice, LossSink sink) {
      slices.add(slice);
      CountedRows counted = slice.counted();
      for (int i = 0; i < counted.count(); i++) {
        sink.accept(counted.places()[i], counted.truth()[i], counted.truth()[i] + 1);
      }
    }
  }

  private static Batch batch() {
    return Examples.weighted(Examples.batch(SPEC, new Random(3), 9));
  }

  private static double expectedLoss(Batch batch) {
    double sum = 0;
    for (int place = 0; place < batch.target().length; place++) {
      sum += batch.lossWeights()[place] * batch.target()[place];
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 1000})
  void sumsTheWeightedLossesOfAllSlices(int rows) {
    Batch batch = batch();
    LossSum expected = new LossSum(expectedLoss(batch), batch.weight());
    SliceLoop loop = new SliceLoop(new Recorder(), rows);
    assertThat(loop.backward(batch, KEY)).as("training loss").isEqualTo(expected);
    assertThat(loop.loss(batch)).as("evaluation loss").isEqualTo(expected);
  }

  @Test
  void sumsTheLossesOfSeveralBatchesAndOfTheEnd() {
    Recorder recorder =
        new Recorder() {
          @Override
          public void end(DoubleConsumer losses) {
            losses.accept(1000);
          }
        };
    Batch batch = batch();
    LossSum sum = new SliceLoop(recorder, 1000).backward(List.of(batch, batch), number -> KEY);
    assertThat(sum).isEqualTo(new LossSum(2 * expectedLoss(batch) + 1000, 2 * batch.weight()));
    assertThat(recorder.begun).as("begun").isEqualTo(1);
  }

  @Test
  void reportsEachPositionAtItsPlaceInTheBatch() {
    Batch batch = batch();
    int[] predicted = new int[batch.target().length];
    new SliceLoop(new Recorder(), 20)
        .score(batch, CountedRows.Scope.ALL, (place, loss, best) -> predicted[place] = best);
    for (int row = 0; row < batch.rows(); row++) {
      for (int t = 0; t < batch.targetLengths()[row]; t++) {
        int place = row * batch.targetLength() + t;
        assertThat(predicted[place])
            .as("prediction at %d", place)
            .isEqualTo(batch.target()[place] + 1);
      }
    }
  }

  @Test
  void numbersTheSlicesOfABatch() {
    Recorder recorder = new Recorder();
    Batch batch = batch();
    new SliceLoop(recorder, 1).backward(batch, KEY);
    assertThat(recorder.numbers)
        .as("one slice per example")
        .hasSize(batch.rows())
        .startsWith(0, 1, 2)
        .doesNotHaveDuplicates();
  }

  @Test
  void tellsBeforeTheLastPassOfAllBatches() {
    List<Integer> made = new ArrayList<>();
    Recorder recorder =
        new Recorder() {
          @Override
          public void last(Runnable completed) {
            made.add(slices().size());
            completed.run();
          }
        };
    Batch silent = Examples.batch(SPEC, new Random(3), 3);
    java.util.Arrays.fill(silent.lossWeights(), 0);
    List<String> completed = new ArrayList<>();
    SliceLoop loop = new SliceLoop(recorder, 1);
    loop.backward(List.of(batch(), batch(), silent), unused -> KEY, () -> completed.add("part"));
    assertThat(made).as("passes before the last").containsExactly(2 * batch().rows() - 1);
    assertThat(recorder.slices()).as("passes").hasSize(2 * batch().rows());
    assertThat(completed).containsExactly("part");
    loop.backward(List.of(silent), unused -> KEY, () -> completed.add("part"));
    assertThat(completed).as("after batches without a pass").hasSize(1);
  }

  @Test
  void beginsOncePerBatch() {
    Recorder recorder = new Recorder();
    SliceLoop loop = new SliceLoop(recorder, 1);
    loop.backward(batch(), KEY);
    loop.loss(batch());
    assertThat(recorder.begun).as("calls of begin").isEqualTo(2);
  }

  @Test
  void skipsSlicesWithoutCountedRowsButKeepsTheirNumbers() {
    Batch batch = Examples.batch(SPEC, new Random(3), 3);
    java.util.Arrays.fill(batch.lossWeights(), 0, batch.targetLength(), 0f);
    Recorder recorder = new Recorder();
    new SliceLoop(recorder, 1).backward(batch, KEY);
    assertThat(recorder.numbers).as("numbers of the computed slices").containsExactly(1, 2);
  }

  @Test
  void slicesFollowTheWidthOfTheModel() {
    assertThat(SliceLoop.rows(256)).as("rows at width 256").isEqualTo(2048);
    assertThat(SliceLoop.rows(4096)).as("fewest rows").isEqualTo(512);
    assertThat(SliceLoop.rows(256, 1 << 20)).as("twice the elements").isEqualTo(4096);
  }

  @Test
  void packsTheExamplesOfASlice() {
    Batch batch = batch();
    Slice slice = Slice.of(batch, 1, 3, CountedRows.Scope.ALL);
    int first = batch.sourceLengths()[1];
    assertThat(slice.source().spans().from()).as("first rows").containsExactly(0, first);
    assertThat(slice.source().tokens()[first])
        .as("first token of the second example")
        .isEqualTo(batch.source()[2 * batch.sourceLength()]);
    assertThat(slice.source().positions()[first]).as("its position").isZero();
    assertThat(slice.countsAll()).as("every row is counted").isTrue();
  }

  @Test
  void refusesABatchWithArraysOfTheWrongSize() {
    Batch batch = Examples.even(SPEC, new Random(11), 1, 3, 4);
    Batch wrong =
        new Batch(
            1,
            new Batch.EncoderSide(4, batch.source(), batch.sourceLengths()),
            batch.decoder().withPositions(null),
            3);
    assertThatThrownBy(() -> new SliceLoop(new Recorder(), 1).loss(wrong))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The batch's source has 3 elements, but its rows and lengths make 4: give all arrays of"
                + " a batch the same rows and lengths.");
  }

  @Test
  void asksForTheRowsOnceAndBeforeTheFirstSlice() {
    List<String> asked = new ArrayList<>();
    SliceLoop loop =
        new SliceLoop(
            new Recorder(),
            () -> {
              asked.add("rows");
              return 20;
            });
    assertThat(asked).as("before the first slice").isEmpty();
    loop.loss(batch());
    loop.loss(batch());
    assertThat(asked).containsExactly("rows");
  }
}
