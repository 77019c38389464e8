package org.palimpsest.training.round;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.palimpsest.collective.NativeVector;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.OwnedVector;
import org.palimpsest.model.VectorMath;
import org.palimpsest.training.config.OuterOptimizer;
import org.palimpsest.training.config.OuterOptimizer.Momentum;
import org.palimpsest.training.exchange.Compression;

/**
 * The outer optimizer with its state: the parameters at the start of the round (the anchor), and
 * the velocity. Every worker has the same copy, on its device or else in native memory: 2n floats,
 * n for plain averages with compression, or none.
 */
public final class OuterState implements AutoCloseable {
  private final OuterOptimizer optimizer;
  private final boolean compressed;
  private final FlatVector anchor;
  private final FlatVector velocity;
  private final List<OwnedVector> own;
  private final VectorMath math;

  private OuterState(
      OuterOptimizer optimizer,
      boolean compressed,
      FlatVector anchor,
      FlatVector velocity,
      List<OwnedVector> own,
      VectorMath math) {
    this.optimizer = optimizer;
    this.compressed = compressed;
    this.anchor = anchor;
    this.velocity = velocity;
    this.own = own;
    this.math = math;
  }

  /**
   * The state before the first round: the anchor is a copy of the parameters, the velocity is zero.
   * Both are where the parameters are.
   */
  public static OuterState begin(
      OuterOptimizer optimizer, Compression compression, FlatVector parameters) {
    VectorMath math = parameters.math().orElseGet(NativeVector::arithmetic);
    List<OwnedVector> own = new ArrayList<>();
    boolean anchored = compression != Compression.NONE || optimizer.hasState();
    try {
      FlatVector anchor = anchored ? owned(math, parameters.size(), own) : null;
      OuterState state = over(optimizer, compression, anchor, parameters.size(), own, math);
      state.anchorAt(parameters);
      return state;
    } catch (RuntimeException e) {
      own.forEach(OwnedVector::close); // A device that has no room for the second vector.
      throw e;
    }
  }

  private static FlatVector owned(VectorMath math, long size, List<OwnedVector> own) {
    OwnedVector vector = math.zeros(size);
    own.add(vector);
    return vector;
  }

  private static OuterState over(
      OuterOptimizer optimizer,
      Compression compression,
      FlatVector anchor,
      long size,
      List<OwnedVector> own,
      VectorMath math) {
    FlatVector velocity = optimizer.hasState() ? owned(math, size, own) : null;
    boolean compressed = compression != Compression.NONE;
    return new OuterState(optimizer, compressed, anchor, velocity, own, math);
  }

  /** The state if {@code model} itself is the anchor, which {@link #step} updates. */
  public static OuterState over(
      OuterOptimizer optimizer, Compression compression, FlatVector model) {
    VectorMath math = model.math().orElseGet(NativeVector::arithmetic);
    return over(optimizer, compression, model, model.size(), new ArrayList<>(), math);
  }

  /** The state whose vectors, of zeros, belong to the caller. */
  static OuterState in(
      OuterOptimizer optimizer, Compression compression, FlatVector anchor, FlatVector velocity) {
    boolean compressed = compression != Compression.NONE;
    return new OuterState(
        optimizer, compressed, anchor, velocity, List.of(), NativeVector.arithmetic());
  }

  /** Sets the parameters at the start of the next round, if they do not come from {@link #step}. */
  public void anchorAt(FlatVector parameters) {
    if (anchor != null) {
      math.set(anchor, parameters);
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
    math.subtract(parameters, anchor);
  }

  /** Replaces the change of the round with parameters. */
  public void add(FlatVector change) {
    math.add(change, anchor);
  }

  /** Replaces the workers' mean with the next parameters. */
  public void step(FlatVector mean) {
    if (optimizer instanceof Momentum momentum) {
      math.step(momentum.step(), mean, anchor, velocity);
    } else {
      anchorAt(mean);
    }
  }

  /** Frees the vectors. */
  @Override
  public void close() {
    own.forEach(OwnedVector::close);
  }
}
