package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Workspace;

/**
 * {@link RmsNorm} over rows of bf16. Sums and statistics of rows, the gain, and its gradient are
 * fp32: operations that read bf16 and fp32 compute in fp32, and round what they write.
 */
final class RoundedRmsNorm implements Norm {
  private static final long[] ROWS = {0};
  private static final long[] COLUMNS = {1};

  private final long width;
  private final double epsilon;
  private final ScalarTypeOptional wide;
  private final Tensor gain;
  private final Tensor gainGradient;
  private final Scalar two;
  private final Buffer outputs;
  private final Buffer inverses;
  private final Buffer normalized;
  private final Buffer products;
  private Tensor input;
  private Tensor inverse;

  RoundedRmsNorm(Workspace workspace, String name) {
    width = workspace.spec().width();
    epsilon = workspace.spec().architecture().epsilon();
    wide = workspace.hold(workspace.typeOptional());
    gain = workspace.parameter(name + ".weight");
    gainGradient = workspace.gradient(name + ".weight");
    two = workspace.hold(new Scalar(2.0));
    outputs = workspace.operandBuffer();
    inverses = workspace.buffer();
    normalized = workspace.operandScratch("rounded normalized");
    products = workspace.operandScratch("rounded gain products");
  }

  @Override
  public Tensor forward(Tensor input) {
    this.input = input;
    long rows = input.size(0);
    inverse = inverses.shaped(rows, 1);
    NativeScope.run(
        () -> {
          torch.linalg_vector_norm_out(inverse, input, two, COLUMNS, true, wide);
          inverse.square_().div_(new Scalar((double) width)).add_(new Scalar(epsilon)).rsqrt_();
        });
    Tensor output = outputs.shaped(rows, width);
    torch.mul_out(output, input, inverse);
    return output.mul_(gain);
  }

  @Override
  public void backward(Tensor gradient) {
    long rows = gradient.size(0);
    Tensor normal = normalized.shaped(rows, width);
    Tensor product = products.shaped(rows, width);
    torch.mul_out(normal, input, inverse);
    torch.mul_out(product, gradient, normal);
    NativeScope.run(
        () -> {
          gainGradient.add_(product.sum(ROWS, false, wide));
          Tensor along = product.mul_(gain).sum(COLUMNS, true, wide);
          along.div_(new Scalar((double) -width));
          gradient.mul_(gain).addcmul_(normal, along).mul_(inverse);
        });
  }
}
