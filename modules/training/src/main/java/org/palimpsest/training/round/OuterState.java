package org.palimpsest.training.round;

import java.util.Optional;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.training.config.OuterOptimizer;
import org.palimpsest.training.config.OuterOptimizer.Momentum;
import org.palimpsest.training.exchange.Compression;

/**
 * The outer optimizer with its memory: the parameters the round began with, and the velocity. Every
 * worker keeps the same copy on its heap: 2n floats, or n for plain averages that travel
 * compressed, or nothing.
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

  /** Before the first round: the anchor is what the parameters are, the velocity is zero. */
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

  /** The same where nobody else has the parameters: {@code model} is the anchor, and follows it. */
  public static OuterState over(
      OuterOptimizer optimizer, Compression compression, HeapVector model) {
    return new OuterState(optimizer, compression != Compression.NONE, model, model.size());
  }

  /** The next round begins with these parameters, which were not made by {@link #step}. */
  public void anchorAt(FlatVector parameters) {
    if (anchor != null) {
      parameters.read(0, anchor.values(), 0, anchor.values().length);
    }
  }

  /** The velocity, if the optimizer has one: a live view for checkpoints. */
  public Optional<FlatVector> velocity() {
    return Optional.ofNullable(velocity);
  }

  /**
   * Whether workers send what a round has changed rather than what has become: a change is small,
   * and so is what packing loses of it.
   */
  boolean exchangesChanges() {
    return compressed;
  }

  /** Leaves of the parameters what the round has changed. */
  void subtract(FlatVector parameters) {
    plusAnchor(parameters, -1);
  }

  /** Makes parameters of a change. */
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

  /** Makes the next parameters of the workers' mean, in place. */
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
    float[] speed = velocity.values();
    for (int i = 0; i < count; i++) {
      float delta = old[from + i] - chunk[i];
      speed[from + i] = momentum.velocity(speed[from + i], delta);
      chunk[i] = momentum.parameter(old[from + i], delta, speed[from + i]);
      old[from + i] = chunk[i];
    }
  }
}
