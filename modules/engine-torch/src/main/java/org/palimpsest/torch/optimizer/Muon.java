package org.palimpsest.torch.optimizer;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.torch.memory.NativeScope;

/**
 * Muon for the matrices inside layers, as {@link OptimizerSpec.Muon} defines it. A step copies no
 * number from the device.
 *
 * @param matrices in layout order
 * @param others AdamW for all other tensors
 */
record Muon(
    OptimizerSpec.Muon spec,
    List<TensorSpec> matrices,
    AdamW others,
    Tensor parameters,
    Tensor gradients,
    Tensor state)
    implements Optimizer {
  /** Keeps a matrix of zeros finite. */
  private static final double TINY = 1e-7;

  @Override
  public void step(long number, double learningRate) {
    for (TensorSpec matrix : matrices) {
      NativeScope.run(() -> step(matrix, learningRate));
    }
    others.step(number, learningRate);
  }

  @Override
  public void close() {
    others.close();
  }

  private void step(TensorSpec matrix, double learningRate) {
    Tensor gradient = piece(gradients, matrix);
    Tensor momentum = piece(state, matrix);
    momentum.lerp_(gradient, new Scalar(1 - spec.momentum()));
    Tensor direction = orthogonal(torch.lerp(gradient, momentum, new Scalar(spec.momentum())));
    Tensor theta = piece(parameters, matrix);
    theta.mul_(new Scalar(1 - learningRate * spec.rest().weightDecay()));
    theta.add_(direction, new Scalar(-learningRate * spec.scale(matrix)));
  }

  private static Tensor piece(Tensor flat, TensorSpec tensor) {
    return flat.narrow(0, tensor.offset(), tensor.size()).view(tensor.shape());
  }

  /** The matrix with its singular values near 1, by Newton–Schulz on its shorter side. */
  private static Tensor orthogonal(Tensor matrix) {
    boolean wide = matrix.size(0) <= matrix.size(1);
    Tensor x = matrix.div_(matrix.norm().add_(new Scalar(TINY)));
    for (int i = 0; i < OptimizerSpec.Muon.ITERATIONS; i++) {
      Tensor square = wide ? x.mm(x.t()) : x.t().mm(x);
      Tensor factor =
          square.addmm(
              square,
              square,
              new Scalar(OptimizerSpec.Muon.CUBIC),
              new Scalar(OptimizerSpec.Muon.QUINTIC));
      Scalar linear = new Scalar(OptimizerSpec.Muon.LINEAR);
      x = x.addmm(wide ? factor : x, wide ? x : factor, linear, new Scalar(1.0));
    }
    return x;
  }
}
