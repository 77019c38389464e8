package org.palimpsest.model;

import java.io.Serializable;

/** The inner optimizer. */
public sealed interface OptimizerSpec extends Serializable {

  /** How many flat vectors of the parameters' length its state holds. */
  int stateVectors();

  /** Plain stochastic gradient descent: θ ← θ − lr·g. */
  record Sgd() implements OptimizerSpec {
    @Override
    public int stateVectors() {
      return 0;
    }
  }

  /**
   * AdamW with decoupled weight decay (Loshchilov & Hutter 2019): θ ← θ·(1 − lr·decay) − lr·m̂/(√v̂
   * + ε). Decay spares vectors (biases, norms).
   */
  record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
      implements OptimizerSpec {
    @Override
    public int stateVectors() {
      return 2;
    }
  }
}
