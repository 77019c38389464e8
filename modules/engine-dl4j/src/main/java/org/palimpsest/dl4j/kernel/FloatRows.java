package org.palimpsest.dl4j.kernel;

/**
 * Loops over Java arrays in single precision, simple enough for the JIT compiler to vectorize, and
 * copies between arrays and memory.
 */
public final class FloatRows {
  private FloatRows() {}

  static void load(Matrix matrix, long at, float[] into, int count) {
    matrix.memory().floats().get((int) at, into, 0, count);
  }

  static void store(float[] from, Matrix matrix, long at, int count) {
    matrix.memory().floats().put((int) at, from, 0, count);
  }

  static void add(float[] what, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] += what[i];
    }
  }

  public static void addScaled(float scale, float[] what, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] += scale * what[i];
    }
  }

  static void multiply(float[] what, float[] by, int count) {
    for (int i = 0; i < count; i++) {
      by[i] *= what[i];
    }
  }

  static void addProduct(float[] a, float[] b, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] += a[i] * b[i];
    }
  }

  static void scale(float factor, float[] x, int from, int count) {
    for (int i = from; i < from + count; i++) {
      x[i] *= factor;
    }
  }

  /** The sum in four partial sums, which do not depend on one another. */
  static float sum(float[] x, int from, int count) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int whole = from + (count & ~3);
    for (int i = from; i < whole; i += 4) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
    }
    for (int i = whole; i < from + count; i++) {
      a += x[i];
    }
    return a + b + (c + d);
  }

  static float dot(float[] x, float[] y, int from, int count) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int whole = from + (count & ~3);
    for (int i = from; i < whole; i += 4) {
      a += x[i] * y[i];
      b += x[i + 1] * y[i + 1];
      c += x[i + 2] * y[i + 2];
      d += x[i + 3] * y[i + 3];
    }
    for (int i = whole; i < from + count; i++) {
      a += x[i] * y[i];
    }
    return a + b + (c + d);
  }

  static float max(float[] x, int from, int count) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      if (x[i] > largest) {
        largest = x[i];
      }
    }
    return largest;
  }
}
