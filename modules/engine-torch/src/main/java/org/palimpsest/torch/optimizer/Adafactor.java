package org.palimpsest.torch.optimizer;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.torch.memory.NativeHold;
import org.palimpsest.torch.memory.NativeScope;

/**
 * Adafactor (Shazeer and Stern 2018). A step uses temporary memory of the largest tensor's size and
 * copies no number from the device.
 */
final class Adafactor implements Optimizer {
  private static final long[] ROWS = {0};
  private static final long[] COLUMNS = {1};

  private final OptimizerSpec.Adafactor spec;
  private final NativeHold hold = new NativeHold();
  private final List<Part> parts = new ArrayList<>();

  /**
   * A tensor with its gradient and its second moments.
   *
   * @param rows means of the rows; of a vector, all moments
   * @param columns means of the columns; null for a vector
   */
  private record Part(Tensor theta, Tensor gradient, Tensor rows, Tensor columns) {
    boolean isVector() {
      return columns == null;
    }
  }

  Adafactor(
      OptimizerSpec.Adafactor spec,
      ParameterLayout layout,
      Tensor parameters,
      Tensor gradients,
      Tensor state) {
    this.spec = spec;
    List<Tensor> thetas = Pieces.of(parameters, layout.tensors(), hold);
    List<Tensor> slopes = Pieces.of(gradients, layout.tensors(), hold);
    long at = 0;
    for (int i = 0; i < thetas.size(); i++) {
      TensorSpec tensor = layout.tensors().get(i);
      long rows = tensor.isVector() ? tensor.size() : tensor.shape()[0];
      Tensor first = hold.hold(state.narrow(0, at, rows));
      Tensor second =
          tensor.isVector() ? null : hold.hold(state.narrow(0, at + rows, tensor.shape()[1]));
      parts.add(new Part(thetas.get(i), slopes.get(i), first, second));
      at += OptimizerSpec.Adafactor.stateSize(tensor);
    }
  }

  @Override
  public void step(long number, double learningRate) {
    double beta = 1 - Math.pow((double) number, -spec.decayExponent());
    parts.forEach(part -> NativeScope.run(() -> step(part, beta, learningRate)));
  }

  private void step(Part part, double beta, double learningRate) {
    Tensor theta = part.theta();
    Tensor update = part.isVector() ? whole(part, beta) : factored(part, beta);
    Tensor clip = rms(update).div_(new Scalar(spec.clipThreshold())).clamp_min_(new Scalar(1.0));
    Tensor scale = rms(theta).clamp_min_(new Scalar(spec.scaleFloor()));
    update.mul_(scale.div_(clip).mul_(new Scalar(-learningRate)));
    if (!part.isVector()) {
      theta.mul_(new Scalar(1 - learningRate * spec.weightDecay()));
    }
    theta.add_(update);
  }

  private static Tensor rms(Tensor x) {
    return x.norm().div_(new Scalar(Math.sqrt((double) x.numel())));
  }

  private Tensor squares(Tensor gradient) {
    return gradient.mul(gradient).add_(new Scalar(spec.epsilon()));
  }

  private Tensor whole(Part part, double beta) {
    Tensor moments = part.rows();
    moments.mul_(new Scalar(beta)).add_(squares(part.gradient()), new Scalar(1 - beta));
    return moments.rsqrt().mul_(part.gradient());
  }

  private Tensor factored(Part part, double beta) {
    Tensor rows = part.rows();
    Tensor columns = part.columns();
    Tensor update = squares(part.gradient());
    rows.mul_(new Scalar(beta)).add_(update.mean(COLUMNS), new Scalar(1 - beta));
    columns.mul_(new Scalar(beta)).add_(update.mean(ROWS), new Scalar(1 - beta));
    Tensor byRow = rows.div(rows.mean()).rsqrt_().unsqueeze(1);
    torch.mul_out(update, part.gradient(), byRow);
    return update.mul_(columns.rsqrt());
  }

  @Override
  public void close() {
    hold.close();
  }
}
