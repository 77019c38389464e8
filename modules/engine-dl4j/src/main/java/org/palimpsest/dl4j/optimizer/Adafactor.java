package org.palimpsest.dl4j.optimizer;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.palimpsest.dl4j.kernel.FlatRows;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/**
 * Adafactor (Shazeer and Stern 2018) as {@link OptimizerSpec.Adafactor} defines it. It reads a
 * matrix three times, for the means, for the size of the update, and for the update, and keeps
 * nothing of its size.
 */
final class Adafactor implements Optimizer {
  private final OptimizerSpec.Adafactor spec;
  private final List<TensorSpec> tensors;
  private final INDArray parameters;
  private final INDArray gradients;
  private final INDArray state;

  Adafactor(
      OptimizerSpec.Adafactor spec,
      ParameterLayout layout,
      INDArray parameters,
      INDArray gradients,
      INDArray state) {
    this.spec = spec;
    this.tensors = layout.tensors();
    this.parameters = parameters;
    this.gradients = gradients;
    this.state = state;
  }

  @Override
  public void step(long number, double learningRate) {
    double beta = 1 - Math.pow((double) number, -spec.decayExponent());
    long at = 0;
    for (TensorSpec tensor : tensors) {
      if (tensor.isVector()) {
        vector(tensor, at, beta, learningRate);
      } else {
        matrix(tensor, at, beta, learningRate);
      }
      at += OptimizerSpec.Adafactor.stateSize(tensor);
    }
  }

  private float[] read(INDArray array, long from, long size) {
    float[] values = new float[Math.toIntExact(size)];
    FlatRows.load(array, from, values, values.length);
    return values;
  }

  private double mixed(double beta, double old, double fresh) {
    return beta * old + (1 - beta) * fresh;
  }

  private void vector(TensorSpec tensor, long at, double beta, double learningRate) {
    int size = Math.toIntExact(tensor.size());
    float[] slope = read(gradients, tensor.offset(), size);
    float[] squares = read(state, at, size);
    double sum = 0;
    for (int i = 0; i < size; i++) {
      double g = slope[i];
      squares[i] = (float) mixed(beta, squares[i], g * g + spec.epsilon());
      double update = g / Math.sqrt(squares[i]);
      sum += update * update;
    }
    FlatRows.store(squares, state, at, size);
    double step = learningRate * scale(tensor) / excess(sum / size);
    float[] theta = read(parameters, tensor.offset(), size);
    for (int i = 0; i < size; i++) {
      theta[i] = (float) (theta[i] - step * slope[i] / Math.sqrt(squares[i]));
    }
    FlatRows.store(theta, parameters, tensor.offset(), size);
  }

  private double scale(TensorSpec tensor) {
    return Math.max(
        spec.scaleFloor(), FlatRows.rootMeanSquare(parameters, tensor.offset(), tensor.size()));
  }

  /** The factor by which an update of that mean square exceeds the threshold. */
  private double excess(double meanSquare) {
    return Math.max(1, Math.sqrt(meanSquare) / spec.clipThreshold());
  }

  private void matrix(TensorSpec tensor, long at, double beta, double learningRate) {
    int rows = Math.toIntExact(tensor.shape()[0]);
    int columns = Math.toIntExact(tensor.shape()[1]);
    double[] rowMeans = new double[rows];
    double[] columnMeans = new double[columns];
    for (int r = 0; r < rows; r++) {
      float[] slope = read(gradients, tensor.offset() + (long) r * columns, columns);
      for (int c = 0; c < columns; c++) {
        double square = (double) slope[c] * slope[c] + spec.epsilon();
        rowMeans[r] += square / columns;
        columnMeans[c] += square / rows;
      }
    }
    double[] rowFactors = blend(at, rowMeans, beta);
    double[] columnFactors = blend(at + rows, columnMeans, beta);
    double mean = Arrays.stream(rowFactors).average().orElse(1);
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      for (double update : updates(tensor, r, rowFactors[r] / mean, columnFactors)) {
        sum += update * update;
      }
    }
    double step = learningRate * scale(tensor) / excess(sum / tensor.size());
    double kept = 1 - learningRate * spec.weightDecay();
    for (int r = 0; r < rows; r++) {
      long from = tensor.offset() + (long) r * columns;
      double[] update = updates(tensor, r, rowFactors[r] / mean, columnFactors);
      float[] theta = read(parameters, from, columns);
      for (int c = 0; c < columns; c++) {
        theta[c] = (float) (theta[c] * kept - step * update[c]);
      }
      FlatRows.store(theta, parameters, from, columns);
    }
  }

  private double[] blend(long at, double[] fresh, double beta) {
    float[] kept = read(state, at, fresh.length);
    double[] factors = new double[fresh.length];
    for (int i = 0; i < fresh.length; i++) {
      kept[i] = (float) mixed(beta, kept[i], fresh[i]);
      factors[i] = kept[i];
    }
    FlatRows.store(kept, state, at, kept.length);
    return factors;
  }

  /** One row of g/√V. */
  private double[] updates(TensorSpec tensor, int row, double rowFactor, double[] columnFactors) {
    int columns = columnFactors.length;
    float[] slope = read(gradients, tensor.offset() + (long) row * columns, columns);
    double[] updates = new double[columns];
    for (int c = 0; c < columns; c++) {
      updates[c] = slope[c] / Math.sqrt(rowFactor * columnFactors[c]);
    }
    return updates;
  }
}
