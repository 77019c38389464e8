package org.palimpsest.torch.layer;

import java.util.function.Function;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Workspace;

/**
 * (x − mean) / √(variance + ε) · gain + bias over rows (Ba et al. 2016).
 *
 * <p>A GPU's kernel reads bf16 rows with a bf16 gain and bias only; it keeps the statistics of rows
 * in fp32 and sums the gradients of gain and bias in fp32, of which it rounds the sum. A CPU's
 * kernel has the same arguments, but keeps the statistics and sums in bf16: good enough for tests
 * with few rows.
 */
final class LayerNorm implements Norm {
  private final long[] width;
  private final double epsilon;
  private final TensorOptional gain;
  private final TensorOptional bias;
  private final Tensor gainGradient;
  private final Tensor biasGradient;
  private final BoolPointer all;
  private final Buffer outputs;
  private Tensor input;
  private Tensor mean;
  private Tensor inverse;

  private LayerNorm(
      Workspace workspace, String name, Function<String, Tensor> parameters, Buffer outputs) {
    boolean biased = workspace.spec().architecture().normHasBias();
    width = new long[] {workspace.spec().width()};
    epsilon = workspace.spec().architecture().epsilon();
    gain = workspace.hold(new TensorOptional(parameters.apply(name + ".weight")));
    gainGradient = workspace.gradient(name + ".weight");
    bias =
        workspace.hold(
            biased ? new TensorOptional(parameters.apply(name + ".bias")) : new TensorOptional());
    biasGradient = biased ? workspace.gradient(name + ".bias") : null;
    all = workspace.hold(new BoolPointer(3)).put(0, true).put(1, true).put(2, biased);
    this.outputs = outputs;
  }

  /** Over rows of the parameters' type. */
  static LayerNorm ofParameters(Workspace workspace, String name) {
    return new LayerNorm(workspace, name, workspace::parameter, workspace.buffer());
  }

  /** Over rows of the operands' type. */
  static LayerNorm ofOperands(Workspace workspace, String name) {
    return new LayerNorm(workspace, name, workspace::operand, workspace.operandBuffer());
  }

  /** The statistics are two numbers a row, of the kernel's type, until the end of the pass. */
  @Override
  public Tensor forward(Tensor input) {
    this.input = input;
    T_TensorTensorTensor_T normed = torch.native_layer_norm(input, width, gain, bias, epsilon);
    mean = normed.get1();
    inverse = normed.get2();
    return outputs.shaped(input.size(0), width[0]).copy_(normed.get0());
  }

  @Override
  public void backward(Tensor gradient) {
    NativeScope.run(
        () -> {
          T_TensorTensorTensor_T gradients =
              torch.native_layer_norm_backward(
                  gradient, input, width, mean, inverse, gain, bias, all);
          gainGradient.add_(gradients.get1());
          if (biasGradient != null) {
            biasGradient.add_(gradients.get2());
          }
          gradient.copy_(gradients.get0());
        });
  }
}
