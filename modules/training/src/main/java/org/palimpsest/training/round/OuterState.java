package org.palimpsest.training.round;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.palimpsest.collective.NativeVector;
import org.palimpsest.model.FlatVector;
import org.palimpsest.training.config.OuterOptimizer;
import org.palimpsest.training.config.OuterOptimizer.Momentum;
import org.palimpsest.training.exchange.Compression;

/**
 * The outer optimizer with its state: the parameters at the start of the round (the anchor), and
 * the velocity. Every worker has the same copy in native memory: 2n floats, n for plain averages
 * with compression, or none.
 */
public final class OuterState implements AutoCloseable {
  private final OuterOptimizer optimizer;
  private final boolean compressed;
  private final FlatVector anchor;
  private final FlatVector velocity;
  private final List<NativeVector> own;
  private final float[] old = new float[FlatVector.CHUNK];
  private final float[] velocities = new float[FlatVector.CHUNK];

  private OuterState(
      OuterOptimizer optimizer,
      boolean compressed,
      FlatVector anchor,
      FlatVector velocity,
      List<NativeVector> own) {
    this.optimizer = optimizer;
    this.compressed = compressed;
    this.anchor = anchor;
    this.velocity = velocity;
    this.own = own;
  }

  /**
   * The state before the first round: the anchor is a copy of the parameters, the velocity is zero.
   */
  public static OuterState begin(
      OuterOptimizer optimizer, Compression compression, FlatVector parameters) {
    List<NativeVector> own = new ArrayList<>();
    boolean anchored = compression != Compression.NONE || optimizer.hasState();
    FlatVector anchor = anchored ? owned(parameters.size(), own) : null;
    OuterState state = over(optimizer, compression, anchor, parameters.size(), own);
    state.anchorAt(parameters);
    return state;
  }

  private static FlatVector owned(long size, List<NativeVector> own) {
    NativeVector vector = new NativeVector(size);
    own.add(vector);
    return vector;
  }

  private static OuterState over(
      OuterOptimizer optimizer,
      Compression compression,
      FlatVector anchor,
      long size,
      List<NativeVector> own) {
    FlatVector velocity = optimizer.hasState() ? owned(size, own) : null;
    return new OuterState(optimizer, compression != Compression.NONE, anchor, velocity, own);
  }

  /** The state if {@code model} itself is the anchor, which {@link #step} updates. */
  public static OuterState over(
      OuterOptimizer optimizer, Compression compression, FlatVector model) {
    return over(optimizer, compression, model, model.size(), new ArrayList<>());
  }

  /** The state whose vectors, of zeros, belong to the caller. */
  static OuterState in(
      OuterOptimizer optimizer, Compression compression, FlatVector anchor, FlatVector velocity) {
    return new OuterState(optimizer, compression != Compression.NONE, anchor, velocity, List.of());
  }

  /** Sets the parameters at the start of the next round, if they do not come from {@link #step}. */
  public void anchorAt(FlatVector parameters) {
    if (anchor != null) {
      anchor.set(parameters);
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
          anchor.read(from, old, 0, count);
          for (int i = 0; i < count; i++) {
            chunk[i] += sign * old[i];
          }
          vector.write(from, chunk, 0, count);
        });
  }

  /** Replaces the workers' mean with the next parameters. */
  public void step(FlatVector mean) {
    if (optimizer instanceof Momentum momentum) {
      mean.forEachChunk(
          (from, chunk, count) -> {
            step(momentum, from, chunk, count);
            mean.write(from, chunk, 0, count);
          });
    } else {
      anchorAt(mean);
    }
  }

  private void step(Momentum momentum, long from, float[] chunk, int count) {
    anchor.read(from, old, 0, count);
    velocity.read(from, velocities, 0, count);
    for (int i = 0; i < count; i++) {
      float delta = old[i] - chunk[i];
      velocities[i] = momentum.velocity(velocities[i], delta);
      chunk[i] = momentum.parameter(old[i], delta, velocities[i]);
    }
    velocity.write(from, velocities, 0, count);
    anchor.write(from, chunk, 0, count);
  }

  /** Frees the vectors. */
  @Override
  public void close() {
    own.forEach(NativeVector::close);
  }
}
