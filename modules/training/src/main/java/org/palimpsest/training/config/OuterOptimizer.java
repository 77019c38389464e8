package org.palimpsest.training.config;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.model.optimizer.MomentumStep;
import org.palimpsest.model.optimizer.MomentumStep.Form;

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
   * Treats the change of the round, Δ = θ − mean(θ_i), as a gradient of a step with momentum: block
   * momentum and SlowMo, or with Nesterov DiLoCo (Douillard et al. 2023, lr 0.7, μ 0.9).
   */
  record Momentum(MomentumStep step) implements OuterOptimizer {
    @Override
    public boolean hasState() {
      return true;
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
    Form form = nesterov ? Form.NESTEROV : Form.HEAVY_BALL;
    return new Momentum(new MomentumStep(learningRate, momentum, form));
  }
}
