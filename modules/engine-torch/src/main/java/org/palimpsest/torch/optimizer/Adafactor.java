package org.palimpsest.torch.optimizer;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.torch.memory.NativeScope;

/**
 * Adafactor (Shazeer and Stern 2018). A step uses temporary memory of the largest tensor's size and
 * copies no number from the device.
 */
record Adafactor(
    OptimizerSpec.Adafactor spec,
    ParameterLayout layout,
    Tensor parameters,
    Tensor gradients,
    Tensor state)
    implements Optimizer {
  private static final long[] ROWS = {0};
  private static final long[] COLUMNS = {1};

  @Override
  public void step(long number, double learningRate) {
    double beta = 1 - Math.pow((double) number, -spec.decayExponent());
    long at = 0;
    for (TensorSpec tensor : layout.tensors()) {
      long from = at;
      long size = OptimizerSpec.Adafactor.stateSize(tensor);
      NativeScope.run(() -> step(tensor, state.narrow(0, from, size), beta, learningRate));
      at += size;
    }
  }

  private void step(TensorSpec tensor, Tensor memory, double beta, double learningRate) {
    Tensor theta = piece(parameters, tensor);
    Tensor gradient = piece(gradients, tensor);
    Tensor update =
        tensor.isVector() ? whole(gradient, memory, beta) : factored(gradient, memory, beta);
    Tensor clip = rms(update).div_(new Scalar(spec.clipThreshold())).clamp_min_(new Scalar(1.0));
    Tensor scale = rms(theta).clamp_min_(new Scalar(spec.scaleFloor()));
    update.mul_(scale.div_(clip).mul_(new Scalar(-learningRate)));
    if (!tensor.isVector()) {
      theta.mul_(new Scalar(1 - learningRate * spec.weightDecay()));
    }
    theta.add_(update);
  }

  private static Tensor piece(Tensor flat, TensorSpec tensor) {
    return flat.narrow(0, tensor.offset(), tensor.size()).view(tensor.shape());
  }

  private static Tensor rms(Tensor x) {
    return x.norm().div_(new Scalar(Math.sqrt((double) x.numel())));
  }

  private Tensor squares(Tensor gradient) {
    return gradient.mul(gradient).add_(new Scalar(spec.epsilon()));
  }

  private Tensor whole(Tensor gradient, Tensor memory, double beta) {
    memory.mul_(new Scalar(beta)).add_(squares(gradient), new Scalar(1 - beta));
    return memory.rsqrt().mul_(gradient);
  }

  private Tensor factored(Tensor gradient, Tensor memory, double beta) {
    Tensor rows = memory.narrow(0, 0, gradient.size(0));
    Tensor columns = memory.narrow(0, gradient.size(0), gradient.size(1));
    Tensor update = squares(gradient);
    rows.mul_(new Scalar(beta)).add_(update.mean(COLUMNS), new Scalar(1 - beta));
    columns.mul_(new Scalar(beta)).add_(update.mean(ROWS), new Scalar(1 - beta));
    Tensor byRow = rows.div(rows.mean()).rsqrt_().unsqueeze(1);
    torch.mul_out(update, gradient, byRow);
    return update.mul_(columns.rsqrt());
  }
}
