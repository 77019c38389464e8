package org.palimpsest.model.replica;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.palimpsest.model.Decoder;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Replica;
import org.palimpsest.model.VectorPart;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.batch.CountedRows;
import org.palimpsest.model.decoding.SearchDecoder;
import org.palimpsest.model.decoding.Writer;
import org.palimpsest.model.spec.ModelSpec;

/**
 * The part of a replica that does not depend on its engine: the loop over slices, the count of
 * updates, and the decoder.
 */
public abstract class EngineReplica implements Replica {
  private final ModelSpec spec;
  private long updates;

  /** A replica of a model before its first update. */
  protected EngineReplica(ModelSpec spec) {
    this.spec = spec;
  }

  /** The loop over the engine's network. */
  protected abstract SliceLoop slices();

  /** Sets the CPU threads of the calling thread, before it computes. */
  protected abstract void useThreads();

  /** Checks that this engine can train the model; called before every backward pass. */
  protected void requireTrainable() {}

  /**
   * Makes one optimizer step.
   *
   * @param number of the update, from 1 on
   */
  protected abstract void step(long number, double learningRate);

  /**
   * Encodes sources without dropout.
   *
   * @return the encoder's output, one row per token, one source after the other
   */
  protected abstract double[] encoded(List<int[]> sources);

  /** Starts to decode; see {@link Writer.Start}. */
  protected abstract Writer.Start writers();

  @Override
  public final ModelSpec spec() {
    return spec;
  }

  @Override
  public final long updates() {
    return updates;
  }

  @Override
  public final void restoreUpdates(long count) {
    updates = count;
  }

  /**
   * Parts of the gradients in the order in which the last backward pass of some batches completes
   * them. The network tells of the first ones, see {@link SliceLoop.Passes#last}; the others are
   * complete after it.
   */
  protected List<VectorPart> gradientParts() {
    return List.of(new VectorPart(gradients(), 0, gradients().size()));
  }

  /** Called after the passes over some batches: the gradients have changed. */
  protected void computed() {}

  @Override
  public final LossSum backward(Batch batch, DropoutKey key) {
    return backward(List.of(batch), unused -> key);
  }

  @Override
  public final LossSum backward(List<Batch> microBatches, IntFunction<DropoutKey> keys) {
    return backward(microBatches, keys, unused -> {});
  }

  @Override
  public final LossSum backward(
      List<Batch> microBatches, IntFunction<DropoutKey> keys, Consumer<VectorPart> completed) {
    requireTrainable();
    useThreads();
    Iterator<VectorPart> parts = gradientParts().iterator();
    LossSum sum = slices().backward(microBatches, keys, () -> completed.accept(parts.next()));
    parts.forEachRemaining(completed);
    computed();
    return sum;
  }

  @Override
  public final void update(double learningRate) {
    useThreads();
    step(++updates, learningRate);
  }

  @Override
  public final LossSum loss(Batch batch) {
    useThreads();
    return slices().loss(batch);
  }

  @Override
  public final Scores score(Batch batch) {
    useThreads();
    Scores scores = Scores.of(batch);
    slices().score(batch, CountedRows.Scope.ALL, scores::put);
    return scores;
  }

  @Override
  public final List<float[]> embeddings(List<int[]> sources) {
    useThreads();
    return new EncoderMeans(spec, this::encoded).of(sources);
  }

  @Override
  public final Decoder decoder() {
    return new SearchDecoder(
        spec,
        (sources, each, room) -> {
          useThreads();
          return writers().begin(sources, each, room);
        });
  }
}
