package org.palimpsest.model.replica;

import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.batch.CountedRows;

/**
 * Computes a batch slice by slice. A slice is small enough that the activations of its forward pass
 * stay in the processor's cache, or in the GPU's memory.
 */
public final class SliceLoop {
  /**
   * Rows times width of a slice on a CPU. Larger slices are no faster (measured at widths 128 to
   * 512), and each element costs about 100 bytes of activations. Dropout depends on the number of
   * the slice: engines that use the same size drop the same elements.
   */
  private static final int ELEMENTS = 1 << 19;

  private static final int FEWEST_ROWS = 512;

  private final Passes passes;
  private final IntSupplier size;
  private int rows;

  /** The passes of an engine over one slice. */
  public interface Passes {
    /** Called once before the slices of some batches: the parameters may have changed. */
    default void begin() {}

    /**
     * Forward and backward with dropout; adds the gradient of the sum of weighted losses.
     *
     * @param slice with at least one counted row
     * @param number of the slice in its batch, from 0 on
     * @param losses receives weighted losses of counted rows, or sums of them, in nats; they may
     *     also be reported in {@link #end}
     */
    void backward(Slice slice, DropoutKey key, int number, DoubleConsumer losses);

    /**
     * Called before the last backward pass of some batches.
     *
     * @param completed to call during that pass, each time another part of the gradients is
     *     complete
     */
    default void last(Runnable completed) {}

    /**
     * Called once after the backward passes of some batches, for losses that were not reported yet.
     */
    default void end(DoubleConsumer losses) {}

    /** Forward without dropout; reports every counted row. */
    void score(Slice slice, LossSink sink);
  }

  /** A sum in double precision. */
  private static final class Sum {
    private double value;

    void add(double loss) {
      value += loss;
    }
  }

  /**
   * Loops over slices.
   *
   * @param rows source or target rows of a slice, whichever are more; a longer example is a slice
   */
  public SliceLoop(Passes passes, int rows) {
    this(passes, () -> rows);
  }

  /**
   * The same with rows that are known when the first slice is computed.
   *
   * @param size gives the rows, once
   */
  public SliceLoop(Passes passes, IntSupplier size) {
    this.passes = passes;
    this.size = size;
  }

  private int rows() {
    if (rows == 0) {
      rows = size.getAsInt();
    }
    return rows;
  }

  /** Rows of a slice on a CPU. */
  public static int rows(int width) {
    return rows(width, ELEMENTS);
  }

  /**
   * Rows of a slice.
   *
   * @param width of the model
   * @param elements rows times width
   */
  public static int rows(int width, int elements) {
    return Math.max(FEWEST_ROWS, elements / width);
  }

  /** Adds the gradient of the sum of weighted losses, and returns that sum. */
  public LossSum backward(Batch batch, DropoutKey key) {
    return backward(List.of(batch), unused -> key);
  }

  /**
   * The same for several batches, in their order.
   *
   * @param keys of the batches, by their index
   */
  public LossSum backward(List<Batch> batches, IntFunction<DropoutKey> keys) {
    return backward(batches, keys, () -> {});
  }

  /**
   * The same, with a call of {@code completed} for each part of the gradients that the last pass
   * has completed; none if no row is counted. See {@link Passes#last}.
   */
  public LossSum backward(List<Batch> batches, IntFunction<DropoutKey> keys, Runnable completed) {
    batches.forEach(Batch::requireConsistent);
    passes.begin();
    Backward backward = new Backward();
    double weight = 0;
    for (int i = 0; i < batches.size(); i++) {
      backward.slices(batches.get(i), keys.apply(i));
      weight += batches.get(i).weight();
    }
    backward.last(completed);
    passes.end(backward.sum::add);
    return new LossSum(backward.sum.value, weight);
  }

  /** The backward passes of some batches, each made when the next one is known. */
  private final class Backward {
    private final Sum sum = new Sum();
    private Runnable next;

    void slices(Batch batch, DropoutKey key) {
      int number = 0;
      for (int from = 0; from < batch.segments().count(); number++) {
        int to = batch.segments().end(from, rows());
        Slice slice = Slice.of(batch, from, to, CountedRows.Scope.COUNTED);
        if (slice.counted().count() > 0) {
          follow(slice, key, number);
        }
        from = to;
      }
    }

    private void follow(Slice slice, DropoutKey key, int number) {
      if (next != null) {
        next.run();
      }
      next = () -> passes.backward(slice, key, number, sum::add);
    }

    void last(Runnable completed) {
      if (next != null) {
        passes.last(completed);
        next.run();
      }
    }
  }

  /** The sum of weighted losses without dropout. */
  public LossSum loss(Batch batch) {
    Sum sum = new Sum();
    float[] weights = batch.lossWeights();
    score(
        batch,
        CountedRows.Scope.COUNTED,
        (place, loss, predicted) -> sum.add(weights[place] * loss));
    return new LossSum(sum.value, batch.weight());
  }

  /** Scores target positions without dropout. */
  public void score(Batch batch, CountedRows.Scope scope, LossSink sink) {
    batch.requireConsistent();
    passes.begin();
    for (int from = 0; from < batch.segments().count(); ) {
      int to = batch.segments().end(from, rows());
      Slice slice = Slice.of(batch, from, to, scope);
      if (slice.counted().count() > 0) {
        passes.score(slice, sink);
      }
      from = to;
    }
  }
}
