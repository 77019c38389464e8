package org.palimpsest.training.config;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;

/** What becomes of the averaged parameters at the end of a round. */
public sealed interface OuterOptimizer extends Serializable {

  /** Whether its velocity must be kept from round to round and stand in the checkpoint. */
  boolean hasState();

  /** The average itself: local SGD, parameter averaging. */
  record Average() implements OuterOptimizer {
    @Override
    public boolean hasState() {
      return false;
    }
  }

  /**
   * Takes Δ = θ − mean(θ_i), what the round changed, for a gradient: v ← μ·v + Δ, then θ ← θ − lr·v
   * (block momentum, SlowMo), or with Nesterov θ ← θ − lr·(Δ + μ·v) (DiLoCo: Douillard et al. 2023,
   * lr 0.7, μ 0.9). Momentum as PyTorch's SGD counts it.
   */
  record Momentum(double learningRate, double momentum, Form form) implements OuterOptimizer {
    /** How the velocity enters. */
    public enum Form {
      HEAVY_BALL,
      NESTEROV
    }

    @Override
    public boolean hasState() {
      return true;
    }

    /** One element: the new velocity. */
    public float velocity(float velocity, float delta) {
      return (float) (momentum * velocity + delta);
    }

    /** One element: the new parameter, from the old one and the new velocity. */
    public float parameter(float old, float delta, float velocity) {
      double step = form == Form.NESTEROV ? delta + momentum * velocity : velocity;
      return (float) (old - learningRate * step);
    }
  }

  /** Reads {@code training.outer}. */
  static OuterOptimizer from(Section outer) {
    double learningRate = outer.atLeastZero("learning-rate");
    double momentum = outer.atLeastZero("momentum");
    boolean nesterov = outer.flag("nesterov");
    if (momentum >= 1) {
      throw PalimpsestException.configuration(
          "training.outer.momentum is " + momentum + ", but must be below 1.");
    }
    if (learningRate == 1 && momentum == 0) {
      return new Average();
    }
    return new Momentum(
        learningRate, momentum, nesterov ? Momentum.Form.NESTEROV : Momentum.Form.HEAVY_BALL);
  }
}
