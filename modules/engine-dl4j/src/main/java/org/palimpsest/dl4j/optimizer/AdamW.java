package org.palimpsest.dl4j.optimizer;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.palimpsest.dl4j.kernel.FlatRows;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/**
 * AdamW (Loshchilov and Hutter 2019), plain or scaled by the RMS of each tensor's parameters, in
 * one pass over parameters, gradients and both moments.
 */
final class AdamW implements Optimizer {
  private final OptimizerSpec.AdamW spec;
  private final double scaleFloor;
  private final List<TensorSpec> tensors;
  private final INDArray parameters;
  private final INDArray gradients;
  private final INDArray state;
  private final long seconds;
  private final float[] theta = new float[FlatRows.PIECE];
  private final float[] slope = new float[FlatRows.PIECE];
  private final float[] first = new float[FlatRows.PIECE];
  private final float[] second = new float[FlatRows.PIECE];

  private AdamW(
      OptimizerSpec.AdamW spec,
      double scaleFloor,
      List<TensorSpec> tensors,
      INDArray parameters,
      INDArray gradients,
      INDArray state) {
    this.spec = spec;
    this.scaleFloor = scaleFloor;
    this.tensors = tensors;
    this.seconds = parameters.length();
    this.parameters = parameters;
    this.gradients = gradients;
    this.state = state;
  }

  /**
   * AdamW for some tensors, in layout order. Their second moments follow in the state, without
   * gaps, after as many elements as there are parameters.
   */
  static AdamW plain(
      OptimizerSpec.AdamW spec,
      List<TensorSpec> tensors,
      INDArray parameters,
      INDArray gradients,
      INDArray state) {
    return new AdamW(spec, Double.NaN, tensors, parameters, gradients, state);
  }

  static AdamW scaled(
      OptimizerSpec.RmsAdamW spec,
      ParameterLayout layout,
      INDArray parameters,
      INDArray gradients,
      INDArray state) {
    OptimizerSpec.AdamW plain =
        new OptimizerSpec.AdamW(spec.beta1(), spec.beta2(), spec.epsilon(), spec.weightDecay());
    return new AdamW(plain, spec.scaleFloor(), layout.tensors(), parameters, gradients, state);
  }

  /** Factors that all elements share. */
  private record Rates(float kept, float step, float root) {}

  @Override
  public void step(long number, double learningRate) {
    double firstCorrection = 1 - Math.pow(spec.beta1(), (double) number);
    double secondCorrection = 1 - Math.pow(spec.beta2(), (double) number);
    long second = seconds;
    for (TensorSpec tensor : tensors) {
      double decay = tensor.isVector() ? 0 : spec.weightDecay();
      Rates rates =
          new Rates(
              (float) (1 - learningRate * decay),
              (float) (learningRate * scale(tensor) / firstCorrection),
              (float) Math.sqrt(secondCorrection));
      for (long done = 0; done < tensor.size(); done += FlatRows.PIECE) {
        int count = FlatRows.count(done, tensor.size());
        piece(tensor.offset() + done, second + done, count, rates);
      }
      second += tensor.size();
    }
  }

  private double scale(TensorSpec tensor) {
    return Double.isNaN(scaleFloor)
        ? 1
        : Math.max(scaleFloor, FlatRows.rootMeanSquare(parameters, tensor.offset(), tensor.size()));
  }

  private void piece(long at, long secondAt, int count, Rates rates) {
    FlatRows.load(parameters, at, theta, count);
    FlatRows.load(gradients, at, slope, count);
    FlatRows.load(state, at, first, count);
    FlatRows.load(state, secondAt, second, count);
    average(slope, first, (float) (1 - spec.beta1()), count);
    averageSquares(slope, second, (float) spec.beta2(), (float) (1 - spec.beta2()), count);
    move(theta, first, second, rates, (float) spec.epsilon(), count);
    FlatRows.store(theta, parameters, at, count);
    FlatRows.store(first, state, at, count);
    FlatRows.store(second, state, secondAt, count);
  }

  private static void average(float[] slope, float[] first, float share, int count) {
    for (int i = 0; i < count; i++) {
      first[i] += share * (slope[i] - first[i]);
    }
  }

  private static void averageSquares(
      float[] slope, float[] second, float kept, float share, int count) {
    for (int i = 0; i < count; i++) {
      second[i] = kept * second[i] + share * slope[i] * slope[i];
    }
  }

  private static void move(
      float[] theta, float[] first, float[] second, Rates rates, float epsilon, int count) {
    float kept = rates.kept();
    float step = rates.step();
    float root = rates.root();
    for (int i = 0; i < count; i++) {
      float deviation = (float) Math.sqrt(second[i]) / root + epsilon;
      theta[i] = theta[i] * kept - step * first[i] / deviation;
    }
  }
}
