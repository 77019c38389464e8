package org.palimpsest.dl4j.kernel;

import org.apache.commons.math3.special.Erf;
import org.palimpsest.model.spec.Architecture.Activation;

/** Activations and their derivatives, by definition. */
final class DoubleActivation {
  private static final double ROOT = Math.sqrt(2 / Math.PI);
  private static final double CUBE = 0.044715;

  private DoubleActivation() {}

  static double of(Activation activation, double x) {
    return switch (activation.function()) {
      case RELU -> Math.max(0, x);
      case GELU -> x * share(x);
      case SILU -> x * sigmoid(x);
      default -> 0.5 * x * (1 + tanh(x));
    };
  }

  static double slope(Activation activation, double x) {
    return switch (activation.function()) {
      case RELU -> x > 0 ? 1 : 0;
      case GELU -> share(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
      case SILU -> sigmoid(x) * (1 + x * (1 - sigmoid(x)));
      default -> {
        double inner = ROOT * (1 + 3 * CUBE * x * x);
        yield 0.5 * (1 + tanh(x)) + 0.5 * x * (1 - tanh(x) * tanh(x)) * inner;
      }
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Φ(x), the probability of a normal variable below x. */
  private static double share(double x) {
    return 0.5 * Erf.erfc(-x / Math.sqrt(2));
  }

  private static double tanh(double x) {
    return Math.tanh(ROOT * (x + CUBE * x * x * x));
  }
}
