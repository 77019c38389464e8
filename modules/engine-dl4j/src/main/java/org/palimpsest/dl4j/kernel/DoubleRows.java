package org.palimpsest.dl4j.kernel;

import java.util.Arrays;

/** Rows in double precision as Java arrays; every result is a new array. */
final class DoubleRows {
  private DoubleRows() {}

  static double[] row(Matrix matrix, int row) {
    double[] values = new double[matrix.columns()];
    matrix.memory().doubles().get((int) matrix.at(row), values);
    return values;
  }

  static void put(double[] values, Matrix matrix, int row) {
    matrix.memory().doubles().put((int) matrix.at(row), values);
  }

  /** {@code scale} · x + y. */
  static double[] sum(double scale, double[] x, double[] y) {
    double[] sum = y.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += scale * x[i];
    }
    return sum;
  }

  static double[] product(double[] x, double[] y) {
    double[] product = y.clone();
    for (int i = 0; i < product.length; i++) {
      product[i] *= x[i];
    }
    return product;
  }

  static double mean(double[] x) {
    return Arrays.stream(x).sum() / x.length;
  }

  static double[] softmax(double[] scores) {
    double largest = Arrays.stream(scores).max().orElse(0);
    double[] powers = Arrays.stream(scores).map(score -> Math.exp(score - largest)).toArray();
    double sum = Arrays.stream(powers).sum();
    return Arrays.stream(powers).map(power -> power / sum).toArray();
  }
}
