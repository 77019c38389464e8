package org.palimpsest.training.config;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;

/** What is done with the averaged parameters at the end of a round. */
public sealed interface OuterOptimizer extends Serializable {

  /** Whether it has a velocity, which rounds hand on and checkpoints hold. */
  boolean hasState();

  /** Uses the average as it is: local SGD, parameter averaging. */
  record Average() implements OuterOptimizer {
    @Override
    public boolean hasState() {
      return false;
    }
  }

  /**
   * Treats the change of the round, Δ = θ − mean(θ_i), as a gradient: v ← μ·v + Δ, then θ ← θ −
   * lr·v (block momentum, SlowMo), or with Nesterov θ ← θ − lr·(Δ + μ·v) (DiLoCo: Douillard et al.
   * 2023, lr 0.7, μ 0.9). The velocity is defined as in PyTorch's SGD.
   */
  record Momentum(double learningRate, double momentum, Form form) implements OuterOptimizer {
    /** How the velocity enters the update. */
    public enum Form {
      HEAVY_BALL,
      NESTEROV
    }

    @Override
    public boolean hasState() {
      return true;
    }

    /** The new velocity of one element. */
    public float velocity(float velocity, float delta) {
      return (float) (momentum * velocity + delta);
    }

    /** The new value of one parameter, from the old value and the new velocity. */
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
          "training.outer.momentum is " + momentum + ", but must be less than 1: lower it.");
    }
    if (learningRate == 1 && momentum == 0) {
      return new Average();
    }
    return new Momentum(
        learningRate, momentum, nesterov ? Momentum.Form.NESTEROV : Momentum.Form.HEAVY_BALL);
  }
}
