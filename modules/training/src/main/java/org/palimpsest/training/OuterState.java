package org.palimpsest.training;

import java.util.Optional;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.training.OuterOptimizer.Momentum;

/**
 * The outer optimizer with its memory: the parameters the round began with, and the velocity. Every
 * worker keeps the same copy on its heap (2n floats; nothing for plain averaging).
 */
final class OuterState {
  private static final int PIECE = 1 << 16;

  private final OuterOptimizer optimizer;
  private final HeapVector anchor;
  private final HeapVector velocity;

  private OuterState(OuterOptimizer optimizer, HeapVector anchor, HeapVector velocity) {
    this.optimizer = optimizer;
    this.anchor = anchor;
    this.velocity = velocity;
  }

  /** Before the first round: the anchor is what the parameters are, the velocity is zero. */
  static OuterState begin(OuterOptimizer optimizer, FlatVector parameters) {
    if (!optimizer.hasState()) {
      return new OuterState(optimizer, null, null);
    }
    return new OuterState(
        optimizer,
        new HeapVector(parameters.toArray()),
        new HeapVector(Math.toIntExact(parameters.size())));
  }

  /** The velocity, if the optimizer has one: a live view for checkpoints. */
  Optional<FlatVector> velocity() {
    return Optional.ofNullable(velocity);
  }

  /** Makes the next parameters of the workers' mean, in place. */
  void step(FlatVector mean) {
    if (optimizer instanceof Momentum momentum) {
      float[] piece = new float[PIECE];
      for (long from = 0; from < mean.size(); from += PIECE) {
        int count = (int) Math.min(PIECE, mean.size() - from);
        mean.read(from, piece, 0, count);
        step(momentum, (int) from, piece, count);
        mean.write(from, piece, 0, count);
      }
    }
  }

  private void step(Momentum momentum, int from, float[] piece, int count) {
    float[] old = anchor.values();
    float[] speed = velocity.values();
    for (int i = 0; i < count; i++) {
      float delta = old[from + i] - piece[i];
      speed[from + i] = momentum.velocity(speed[from + i], delta);
      piece[i] = momentum.parameter(old[from + i], delta, speed[from + i]);
      old[from + i] = piece[i];
    }
  }
}
