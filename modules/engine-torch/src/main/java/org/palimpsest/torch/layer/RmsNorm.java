package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Workspace;

/** x / √(mean of x² + ε) · gain over rows (Zhang and Sennrich 2019). */
final class RmsNorm implements Norm {
  private final Workspace workspace;
  private final long width;
  private final double epsilon;
  private final Tensor gain;
  private final Tensor gainGradient;
  private final Scalar minusOne;
  private final Buffer outputs;
  private final Buffer inverses;
  private final Buffer normalized;
  private final Buffer products;
  private Tensor input;
  private Tensor inverse;

  RmsNorm(Workspace workspace, String name) {
    this.workspace = workspace;
    width = workspace.spec().width();
    epsilon = workspace.spec().architecture().epsilon();
    gain = workspace.parameter(name + ".weight");
    gainGradient = workspace.gradient(name + ".weight");
    minusOne = workspace.hold(new Scalar(-1.0));
    outputs = workspace.buffer();
    inverses = workspace.buffer();
    normalized = workspace.scratch("normalized");
    products = workspace.scratch("gain products");
  }

  @Override
  public Tensor forward(Tensor input) {
    this.input = input;
    long rows = input.size(0);
    inverse = inverses.shaped(rows, 1);
    Tensor output = outputs.shaped(rows, width);
    NativeScope.run(
        () -> {
          torch.mul_out(output, input, input);
          Tensor sums = inverse.view(rows);
          torch.mv_out(sums, output, workspace.ones(width));
          inverse.div_(new Scalar((double) width)).add_(new Scalar(epsilon)).rsqrt_();
        });
    torch.mul_out(output, input, inverse);
    output.mul_(gain);
    return output;
  }

  /**
   * With n the normalized input and g the output's gradient, the gradient of the gain is Σ g·n over
   * rows, and that of the input is (g·gain − n · mean(g·gain·n)) / RMS.
   */
  @Override
  public void backward(Tensor gradient) {
    long rows = gradient.size(0);
    Tensor normal = normalized.shaped(rows, width);
    Tensor product = products.shaped(rows, width);
    torch.mul_out(normal, input, inverse);
    torch.mul_out(product, gradient, normal);
    gainGradient.addmv_(product.t(), workspace.ones(rows));
    NativeScope.run(
        () -> {
          Tensor along = product.mv(gain).div_(new Scalar((double) width)).unsqueeze(1);
          gradient.mul_(gain).addcmul_(normal, along, minusOne).mul_(inverse);
        });
  }
}
