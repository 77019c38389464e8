package org.palimpsest.torch.layer;

import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Workspace;

/** (x − mean) / √(variance + ε) · gain + bias over rows (Ba et al. 2016). */
final class LayerNorm implements Norm {
  private final long[] width;
  private final double epsilon;
  private final TensorOptional gain;
  private final TensorOptional bias;
  private final Tensor gainGradient;
  private final Tensor biasGradient;
  private final BoolPointer all;
  private final Buffer outputs;
  private final Buffer means;
  private final Buffer deviations;
  private Tensor input;
  private Tensor mean;
  private Tensor inverse;

  LayerNorm(Workspace workspace, String name) {
    boolean biased = workspace.spec().architecture().normHasBias();
    width = new long[] {workspace.spec().width()};
    epsilon = workspace.spec().architecture().epsilon();
    gain = workspace.hold(new TensorOptional(workspace.parameter(name + ".weight")));
    gainGradient = workspace.gradient(name + ".weight");
    bias =
        workspace.hold(
            biased
                ? new TensorOptional(workspace.parameter(name + ".bias"))
                : new TensorOptional());
    biasGradient = biased ? workspace.gradient(name + ".bias") : null;
    all = workspace.hold(new BoolPointer(3)).put(0, true).put(1, true).put(2, biased);
    outputs = workspace.buffer();
    means = workspace.buffer();
    deviations = workspace.buffer();
  }

  @Override
  public Tensor forward(Tensor input) {
    this.input = input;
    long rows = input.size(0);
    mean = means.shaped(rows, 1);
    inverse = deviations.shaped(rows, 1);
    Tensor output = outputs.shaped(rows, width[0]);
    torch.native_layer_norm_out(output, mean, inverse, input, width, gain, bias, epsilon);
    return output;
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
