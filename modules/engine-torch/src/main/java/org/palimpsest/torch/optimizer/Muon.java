package org.palimpsest.torch.optimizer;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.torch.memory.NativeHold;
import org.palimpsest.torch.memory.NativeScope;

/**
 * Muon for the matrices inside layers, as {@link OptimizerSpec.Muon} defines it. A step copies no
 * number from the device.
 */
final class Muon implements Optimizer {
  /** Keeps a matrix of zeros finite. */
  private static final double TINY = 1e-7;

  private final OptimizerSpec.Muon spec;
  private final List<TensorSpec> matrices;
  private final AdamW others;
  private final NativeHold hold = new NativeHold();
  private final List<Tensor> thetas;
  private final List<Tensor> slopes;
  private final List<Tensor> momenta;

  /**
   * The optimizer of a model.
   *
   * @param matrices in layout order
   * @param others AdamW for all other tensors
   */
  Muon(
      OptimizerSpec.Muon spec,
      List<TensorSpec> matrices,
      AdamW others,
      Tensor parameters,
      Tensor gradients,
      Tensor state) {
    this.spec = spec;
    this.matrices = matrices;
    this.others = others;
    thetas = Pieces.of(parameters, matrices, hold);
    slopes = Pieces.of(gradients, matrices, hold);
    momenta = Pieces.of(state, matrices, hold);
  }

  @Override
  public void step(long number, double learningRate) {
    for (int i = 0; i < matrices.size(); i++) {
      int at = i;
      NativeScope.run(() -> step(at, learningRate));
    }
    others.step(number, learningRate);
  }

  @Override
  public void close() {
    others.close();
    hold.close();
  }

  private void step(int at, double learningRate) {
    Tensor gradient = slopes.get(at);
    Tensor momentum = momenta.get(at);
    momentum.lerp_(gradient, new Scalar(1 - spec.momentum()));
    Tensor direction = orthogonal(torch.lerp(gradient, momentum, new Scalar(spec.momentum())));
    Tensor theta = thetas.get(at);
    theta.mul_(new Scalar(1 - learningRate * spec.rest().weightDecay()));
    theta.add_(direction, new Scalar(-learningRate * spec.scale(matrices.get(at))));
  }

  /** The matrix with its singular values near 1, by Newton–Schulz on its shorter side. */
  private Tensor orthogonal(Tensor matrix) {
    boolean wide = matrix.size(0) <= matrix.size(1);
    Tensor x = matrix.div_(matrix.norm().add_(new Scalar(TINY)));
    for (int i = 0; i < spec.iterations(); i++) {
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
