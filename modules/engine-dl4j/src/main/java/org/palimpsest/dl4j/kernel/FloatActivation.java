package org.palimpsest.dl4j.kernel;

import org.palimpsest.model.spec.Architecture.Activation;

/** Activations of chunks, forward and backward. */
final class FloatActivation {
  private static final float ROOT = (float) Math.sqrt(2 / Math.PI);
  private static final float CUBE = 0.044715f;
  private static final float HALF_ROOT = (float) Math.sqrt(0.5);
  private static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI));

  private final Exponential exponential;
  private final float[] powers = new float[Chunks.SIZE];
  private final float[] shares = new float[Chunks.SIZE];

  FloatActivation(Exponential exponential) {
    this.exponential = exponential;
  }

  /** x ← activation(x). */
  void forward(Activation activation, float[] x, int count) {
    switch (activation.function()) {
      case RELU -> relu(x, count);
      case GELU -> gelu(x, count);
      case SILU -> {
        negated(x, powers, count);
        exponential.apply(powers, count);
        silu(x, powers, count);
      }
      default -> {
        tanhExponents(x, powers, count);
        exponential.apply(powers, count);
        tanhGelu(x, powers, count);
      }
    }
  }

  /** gradient ← gradient·activation′(x). */
  void backward(Activation activation, float[] x, float[] gradient, int count) {
    switch (activation.function()) {
      case RELU -> reluSlope(x, gradient, count);
      case GELU -> {
        densityExponents(x, powers, count);
        exponential.apply(powers, count);
        normalShares(x, shares, count);
        geluSlope(x, powers, shares, gradient, count);
      }
      case SILU -> {
        negated(x, powers, count);
        exponential.apply(powers, count);
        siluSlope(x, powers, gradient, count);
      }
      default -> {
        tanhExponents(x, powers, count);
        exponential.apply(powers, count);
        tanhGeluSlope(x, powers, gradient, count);
      }
    }
  }

  private static void negated(float[] x, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = -x[i];
    }
  }

  /** x / (1 + e^(−x)). */
  private static void silu(float[] x, float[] powers, int count) {
    for (int i = 0; i < count; i++) {
      x[i] = x[i] / (1 + powers[i]);
    }
  }

  private static void siluSlope(float[] x, float[] powers, float[] gradient, int count) {
    for (int i = 0; i < count; i++) {
      float sigmoid = 1 / (1 + powers[i]);
      gradient[i] *= sigmoid * (1 + x[i] * (1 - sigmoid));
    }
  }

  private static void relu(float[] x, int count) {
    for (int i = 0; i < count; i++) {
      x[i] = Math.max(0f, x[i]);
    }
  }

  private static void reluSlope(float[] x, float[] gradient, int count) {
    for (int i = 0; i < count; i++) {
      if (x[i] <= 0) {
        gradient[i] = 0;
      }
    }
  }

  private static void gelu(float[] x, int count) {
    for (int i = 0; i < count; i++) {
      x[i] = x[i] * (0.5f + 0.5f * erf(x[i] * HALF_ROOT));
    }
  }

  /** Φ(x), the probability of a normal variable below x. */
  private static void normalShares(float[] x, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = 0.5f + 0.5f * erf(x[i] * HALF_ROOT);
    }
  }

  /**
   * The error function by the rational approximation of Eigen and XLA in single precision; ±1
   * beyond ±4.
   */
  private static float erf(float x) {
    float c = Math.min(4f, Math.max(-4f, x));
    float s = c * c;
    float p = -2.7261424E-10f;
    p = p * s + 2.7706815E-8f;
    p = p * s + -2.101024E-6f;
    p = p * s + -5.6925062E-5f;
    p = p * s + -7.3499064E-4f;
    p = p * s + -0.0029546f;
    p = p * s + -0.016096033f;
    float q = -1.45660715E-5f;
    q = q * s + -2.1337405E-4f;
    q = q * s + -0.001682827f;
    q = q * s + -0.0073733293f;
    q = q * s + -0.014264739f;
    return c * p / q;
  }

  private static void densityExponents(float[] x, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = -0.5f * x[i] * x[i];
    }
  }

  private static void geluSlope(
      float[] x, float[] powers, float[] shares, float[] gradient, int count) {
    for (int i = 0; i < count; i++) {
      gradient[i] *= shares[i] + x[i] * DENSITY * powers[i];
    }
  }

  /** tanh u = 1 − 2 / (e^{2u} + 1) with u = √(2/π)·(x + 0.044715·x³). */
  private static void tanhExponents(float[] x, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = 2 * ROOT * (x[i] + CUBE * x[i] * x[i] * x[i]);
    }
  }

  private static void tanhGelu(float[] x, float[] powers, int count) {
    for (int i = 0; i < count; i++) {
      x[i] = x[i] * (1 - 1 / (powers[i] + 1));
    }
  }

  private static void tanhGeluSlope(float[] x, float[] powers, float[] gradient, int count) {
    for (int i = 0; i < count; i++) {
      float share = 1 - 1 / (powers[i] + 1);
      float inner = ROOT * (1 + 3 * CUBE * x[i] * x[i]);
      gradient[i] *= share + 2 * x[i] * share * (1 - share) * inner;
    }
  }
}
