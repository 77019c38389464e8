package org.palimpsest.dl4j.optimizer;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.palimpsest.dl4j.kernel.FlatRows;
import org.palimpsest.dl4j.kernel.FloatKernels;
import org.palimpsest.dl4j.kernel.FloatRows;
import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.kernel.Memory;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/**
 * Muon for the matrices inside layers, as {@link OptimizerSpec.Muon} defines it, with temporary
 * memory of twice the largest matrix and twice the square of its shorter side.
 */
final class Muon implements Optimizer {
  /** Keeps a matrix of zeros finite. */
  private static final double TINY = 1e-7;

  private final OptimizerSpec.Muon spec;
  private final List<TensorSpec> matrices;
  private final AdamW others;
  private final INDArray parameters;
  private final INDArray gradients;
  private final INDArray state;
  private final Kernels kernels = new FloatKernels();
  private final Memory direction;
  private final Memory next;
  private final Memory square;
  private final Memory factor;
  private final float[] theta = new float[FlatRows.PIECE];
  private final float[] slope = new float[FlatRows.PIECE];
  private final float[] momentum = new float[FlatRows.PIECE];

  Muon(
      OptimizerSpec.Muon spec,
      ParameterLayout layout,
      INDArray parameters,
      INDArray gradients,
      INDArray state) {
    this.spec = spec;
    this.matrices = OptimizerSpec.Muon.matrices(layout);
    List<TensorSpec> rest = OptimizerSpec.Muon.others(layout);
    this.others = AdamW.plain(spec.rest(), rest, parameters, gradients, state);
    this.parameters = parameters;
    this.gradients = gradients;
    this.state = state;
    long size = matrices.stream().mapToLong(TensorSpec::size).max().orElse(1);
    long side = matrices.stream().mapToLong(Muon::shorterSide).max().orElse(1);
    direction = Memory.allocate(DataType.FLOAT, size);
    next = Memory.allocate(DataType.FLOAT, size);
    square = Memory.allocate(DataType.FLOAT, side * side);
    factor = Memory.allocate(DataType.FLOAT, side * side);
  }

  private static long shorterSide(TensorSpec matrix) {
    return Math.min(matrix.shape()[0], matrix.shape()[1]);
  }

  @Override
  public void step(long number, double learningRate) {
    for (TensorSpec matrix : matrices) {
      turn(matrix);
      move(matrix, orthogonal(matrix), learningRate);
    }
    others.step(number, learningRate);
  }

  /** Updates the momentum and writes the direction. */
  private void turn(TensorSpec matrix) {
    float share = (float) (1 - spec.momentum());
    for (long done = 0; done < matrix.size(); done += FlatRows.PIECE) {
      int count = FlatRows.count(done, matrix.size());
      long at = matrix.offset() + done;
      FlatRows.load(gradients, at, slope, count);
      FlatRows.load(state, at, momentum, count);
      for (int i = 0; i < count; i++) {
        momentum[i] += share * (slope[i] - momentum[i]);
        slope[i] += (float) spec.momentum() * (momentum[i] - slope[i]);
      }
      FlatRows.store(momentum, state, at, count);
      FlatRows.store(slope, direction.array(), done, count);
    }
  }

  /** The direction with its singular values near 1, by Newton–Schulz on its shorter side. */
  private INDArray orthogonal(TensorSpec tensor) {
    int rows = Math.toIntExact(tensor.shape()[0]);
    int columns = Math.toIntExact(tensor.shape()[1]);
    int side = Math.min(rows, columns);
    boolean wide = rows <= columns;
    Matrix x = Matrix.of(direction, rows, columns);
    Matrix y = Matrix.of(next, rows, columns);
    Matrix a = Matrix.of(square, side, side);
    Matrix b = Matrix.of(factor, side, side);
    double norm = Math.sqrt(FlatRows.sumOfSquares(direction.array(), 0, x.size()));
    FlatRows.scale(direction.array(), x.size(), 1 / (norm + TINY));
    for (int i = 0; i < spec.iterations(); i++) {
      if (wide) {
        kernels.timesTransposed(1, x, x, 0, a);
      } else {
        kernels.transposedTimes(1, x, x, 0, a);
      }
      kernels.copy(a, b);
      kernels.times(OptimizerSpec.Muon.QUINTIC, a, a, OptimizerSpec.Muon.CUBIC, b);
      kernels.copy(x, y);
      kernels.times(1, wide ? b : x, wide ? x : b, OptimizerSpec.Muon.LINEAR, y);
      Matrix swapped = x;
      x = y;
      y = swapped;
    }
    return x.memory().array();
  }

  private void move(TensorSpec matrix, INDArray update, double learningRate) {
    float kept = (float) (1 - learningRate * spec.rest().weightDecay());
    float step = (float) (-learningRate * spec.scale(matrix));
    for (long done = 0; done < matrix.size(); done += FlatRows.PIECE) {
      int count = FlatRows.count(done, matrix.size());
      long at = matrix.offset() + done;
      FlatRows.load(parameters, at, theta, count);
      FlatRows.load(update, done, slope, count);
      for (int i = 0; i < count; i++) {
        theta[i] *= kept;
      }
      FloatRows.addScaled(step, slope, theta, count);
      FlatRows.store(theta, parameters, at, count);
    }
  }
}
