package org.palimpsest.dl4j.kernel;

import static org.palimpsest.dl4j.kernel.FloatRows.addProduct;
import static org.palimpsest.dl4j.kernel.FloatRows.dot;
import static org.palimpsest.dl4j.kernel.FloatRows.load;
import static org.palimpsest.dl4j.kernel.FloatRows.store;
import static org.palimpsest.dl4j.kernel.FloatRows.sum;

import org.palimpsest.model.spec.Architecture;

/**
 * LayerNorm (Ba et al. 2016) and RMSNorm (Zhang and Sennrich 2019) of rows, forward and backward.
 */
final class FloatNorm {
  private float[] row = new float[0];
  private float[] weights;
  private float[] biases;
  private float[] weightSums;
  private float[] biasSums;
  private float[] centered;
  private final float[] pair = new float[2];

  private void reserve(int width) {
    if (row.length < width) {
      row = new float[width];
      weights = new float[width];
      biases = new float[width];
      weightSums = new float[width];
      biasSums = new float[width];
      centered = new float[width];
    }
  }

  void forward(
      Architecture norm, Matrix x, Matrix weight, Matrix bias, Matrix into, Matrix statistics) {
    int width = x.columns();
    reserve(width);
    load(weight, weight.offset(), weights, width);
    if (bias != null) {
      load(bias, bias.offset(), biases, width);
    }
    for (int r = 0; r < x.rows(); r++) {
      load(x, x.at(r), row, width);
      float mean = norm.norm() == Architecture.Norm.LAYER ? sum(row, 0, width) / width : 0;
      shift(row, mean, width);
      float variance = dot(row, row, 0, width) / width;
      float inverse = (float) (1 / Math.sqrt(variance + norm.epsilon()));
      stretch(row, inverse, weights, width);
      if (bias != null) {
        FloatRows.add(biases, row, width);
      }
      store(row, into, into.at(r), width);
      pair[0] = mean;
      pair[1] = inverse;
      store(pair, statistics, statistics.at(r), 2);
    }
  }

  private static void shift(float[] x, float mean, int width) {
    for (int i = 0; i < width; i++) {
      x[i] -= mean;
    }
  }

  private static void stretch(float[] x, float inverse, float[] weights, int width) {
    for (int i = 0; i < width; i++) {
      x[i] = x[i] * inverse * weights[i];
    }
  }

  void backward(
      Architecture norm,
      Matrix gradient,
      Matrix x,
      Matrix statistics,
      Matrix weight,
      Matrix weightGradient,
      Matrix biasGradient) {
    int width = x.columns();
    reserve(width);
    load(weight, weight.offset(), weights, width);
    load(weightGradient, weightGradient.offset(), weightSums, width);
    if (biasGradient != null) {
      load(biasGradient, biasGradient.offset(), biasSums, width);
    }
    boolean layer = norm.norm() == Architecture.Norm.LAYER;
    for (int r = 0; r < x.rows(); r++) {
      load(x, x.at(r), centered, width);
      load(gradient, gradient.at(r), row, width);
      load(statistics, statistics.at(r), pair, 2);
      center(centered, pair[0], pair[1], width);
      addProduct(row, centered, weightSums, width);
      if (biasGradient != null) {
        FloatRows.add(row, biasSums, width);
      }
      FloatRows.multiply(weights, row, width);
      float mean = layer ? sum(row, 0, width) / width : 0;
      float slope = dot(row, centered, 0, width) / width;
      straighten(row, centered, mean, slope, pair[1], width);
      store(row, gradient, gradient.at(r), width);
    }
    store(weightSums, weightGradient, weightGradient.offset(), width);
    if (biasGradient != null) {
      store(biasSums, biasGradient, biasGradient.offset(), width);
    }
  }

  private static void center(float[] x, float mean, float inverse, int width) {
    for (int i = 0; i < width; i++) {
      x[i] = (x[i] - mean) * inverse;
    }
  }

  private static void straighten(
      float[] gradient, float[] centered, float mean, float slope, float inverse, int width) {
    for (int i = 0; i < width; i++) {
      gradient[i] = inverse * (gradient[i] - mean - slope * centered[i]);
    }
  }
}
