package org.palimpsest.model.optimizer;

import java.io.Serializable;

/**
 * A step of momentum against a gradient Δ: v ← μ·v + Δ, then θ ← θ − lr·v, or with Nesterov θ ← θ −
 * lr·(Δ + μ·v). The velocity v is defined as in PyTorch's SGD. Intermediate results are double
 * precision, and v and θ are rounded to fp32 once each.
 *
 * <p>For θ = 1, v = 0, and Δ = 0.5, DiLoCo's {@code new MomentumStep(0.7, 0.9, Form.NESTEROV)}
 * gives v = 0.5 and θ = 1 − 0.7·(0.5 + 0.9·0.5) = 0.335.
 *
 * @param learningRate lr
 * @param momentum μ, from 0 to less than 1
 */
public record MomentumStep(double learningRate, double momentum, Form form)
    implements Serializable {
  /** How the velocity enters the update. */
  public enum Form {
    HEAVY_BALL,
    NESTEROV
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
