package org.palimpsest.torch.optimizer;

import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.TensorSpec;

/** Muon of one matrix, in plain loops in double precision. */
final class PlainMuon {
  private PlainMuon() {}

  static void train(
      OptimizerSpec.Muon spec,
      TensorSpec tensor,
      double[] theta,
      double[][] gradients,
      double rate) {
    int rows = (int) tensor.shape()[0];
    int columns = (int) tensor.shape()[1];
    double[] momentum = new double[theta.length];
    double[][] direction = new double[rows][columns];
    for (double[] gradient : gradients) {
      for (int i = 0; i < theta.length; i++) {
        momentum[i] = 0.95 * momentum[i] + 0.05 * gradient[i];
        direction[i / columns][i % columns] = 0.95 * momentum[i] + 0.05 * gradient[i];
      }
      double[][] orthogonal = orthogonal(direction, spec.iterations());
      double step = rate * spec.updateRms() * Math.sqrt(Math.max(rows, columns));
      for (int i = 0; i < theta.length; i++) {
        theta[i] *= 1 - rate * spec.rest().weightDecay();
        theta[i] -= step * orthogonal[i / columns][i % columns];
      }
    }
  }

  private static double[][] orthogonal(double[][] matrix, int iterations) {
    double squares = 0;
    for (double[] row : matrix) {
      for (double value : row) {
        squares += value * value;
      }
    }
    double[][] x = sum(1 / Math.sqrt(squares), matrix, 0, matrix);
    for (int i = 0; i < iterations; i++) {
      double[][] a = product(x, transposed(x));
      double[][] b = sum(-4.7750, a, 2.0315, product(a, a));
      x = sum(3.4445, x, 1, product(b, x));
    }
    return x;
  }

  private static double[][] transposed(double[][] a) {
    double[][] turned = new double[a[0].length][a.length];
    for (int r = 0; r < a.length; r++) {
      for (int c = 0; c < a[0].length; c++) {
        turned[c][r] = a[r][c];
      }
    }
    return turned;
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b[0].length];
    for (int r = 0; r < a.length; r++) {
      for (int c = 0; c < b[0].length; c++) {
        for (int k = 0; k < b.length; k++) {
          product[r][c] += a[r][k] * b[k][c];
        }
      }
    }
    return product;
  }

  private static double[][] sum(double u, double[][] a, double v, double[][] b) {
    double[][] sum = new double[a.length][a[0].length];
    for (int r = 0; r < a.length; r++) {
      for (int c = 0; c < a[0].length; c++) {
        sum[r][c] = u * a[r][c] + v * b[r][c];
      }
    }
    return sum;
  }
}
