package org.palimpsest.training.round;

import java.util.Optional;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.training.config.OuterOptimizer;
import org.palimpsest.training.config.OuterOptimizer.Momentum;
import org.palimpsest.training.exchange.Compression;

/**
 * The outer optimizer with its state: the parameters at the start of the round (the anchor), and
 * the velocity. Every worker has the same copy on its heap: 2n floats, n for plain averages with
 * compression, or none.
 */
public final class OuterState {
  private final OuterOptimizer optimizer;
  private final boolean compressed;
  private final HeapVector anchor;
  private final HeapVector velocity;

  private OuterState(OuterOptimizer optimizer, boolean compressed, HeapVector anchor, long size) {
    this.optimizer = optimizer;
    this.compressed = compressed;
    this.anchor = anchor;
    velocity = optimizer.hasState() ? new HeapVector(Math.toIntExact(size)) : null;
  }

  /**
   * The state before the first round: the anchor is a copy of the parameters, the velocity is zero.
   */
  public static OuterState begin(
      OuterOptimizer optimizer, Compression compression, FlatVector parameters) {
    boolean compressed = compression != Compression.NONE;
    boolean anchored = compressed || optimizer.hasState();
    long size = parameters.size();
    HeapVector anchor = anchored ? new HeapVector(Math.toIntExact(size)) : null;
    OuterState state = new OuterState(optimizer, compressed, anchor, size);
    state.anchorAt(parameters);
    return state;
  }

  /** The state if {@code model} itself is the anchor, which {@link #step} updates. */
  public static OuterState over(
      OuterOptimizer optimizer, Compression compression, HeapVector model) {
    return new OuterState(optimizer, compression != Compression.NONE, model, model.size());
  }

  /** Sets the parameters at the start of the next round, if they do not come from {@link #step}. */
  public void anchorAt(FlatVector parameters) {
    if (anchor != null) {
      parameters.read(0, anchor.values(), 0, anchor.values().length);
    }
  }

  /** The parameters at the start of the round, if they are kept: a live view for checkpoints. */
  public Optional<FlatVector> anchor() {
    return Optional.ofNullable(anchor);
  }

  /** The velocity, if the optimizer has one: a live view for checkpoints. */
  public Optional<FlatVector> velocity() {
    return Optional.ofNullable(velocity);
  }

  /**
   * Whether workers exchange the change of the round instead of the parameters: its rounding error
   * is smaller.
   */
  boolean exchangesChanges() {
    return compressed;
  }

  /** Replaces the parameters with the change of the round. */
  void subtract(FlatVector parameters) {
    plusAnchor(parameters, -1);
  }

  /** Replaces the change of the round with parameters. */
  public void add(FlatVector change) {
    plusAnchor(change, 1);
  }

  private void plusAnchor(FlatVector vector, float sign) {
    vector.forEachChunk(
        (from, chunk, count) -> {
          for (int i = 0; i < count; i++) {
            chunk[i] += sign * anchor.values()[(int) from + i];
          }
          vector.write(from, chunk, 0, count);
        });
  }

  /** Replaces the workers' mean with the next parameters. */
  public void step(FlatVector mean) {
    if (optimizer instanceof Momentum momentum) {
      mean.forEachChunk(
          (from, chunk, count) -> {
            step(momentum, (int) from, chunk, count);
            mean.write(from, chunk, 0, count);
          });
    } else {
      anchorAt(mean);
    }
  }

  private void step(Momentum momentum, int from, float[] chunk, int count) {
    float[] old = anchor.values();
    float[] velocities = velocity.values();
    for (int i = 0; i < count; i++) {
      float delta = old[from + i] - chunk[i];
      velocities[from + i] = momentum.velocity(velocities[from + i], delta);
      chunk[i] = momentum.parameter(old[from + i], delta, velocities[from + i]);
      old[from + i] = chunk[i];
    }
  }
}
