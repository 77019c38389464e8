package org.palimpsest.torch;

import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** LayerNorm over rows (Ba et al. 2016), with the gradients of its gain and bias. */
final class Norm {
  private static final double EPSILON = 1e-5;

  private final long[] width;
  private final TensorOptional gain;
  private final TensorOptional bias;
  private final Tensor gainGradient;
  private final Tensor biasGradient;
  private final BoolPointer all;
  private final Buffer inputs;
  private final Buffer outputs;
  private final Buffer means;
  private final Buffer deviations;
  private Tensor input;
  private Tensor mean;
  private Tensor inverse;

  Norm(Workspace workspace, String name) {
    width = new long[] {workspace.spec().width()};
    gain = workspace.hold(new TensorOptional(workspace.parameter(name + ".weight")));
    bias = workspace.hold(new TensorOptional(workspace.parameter(name + ".bias")));
    gainGradient = workspace.gradient(name + ".weight");
    biasGradient = workspace.gradient(name + ".bias");
    all = workspace.hold(new BoolPointer(3)).put(0, true).put(1, true).put(2, true);
    inputs = workspace.buffer();
    outputs = workspace.buffer();
    means = workspace.buffer();
    deviations = workspace.buffer();
  }

  /** Where the caller puts what is to be normalised; kept for the backward pass. */
  Tensor input(long rows) {
    input = inputs.shaped(rows, width[0]);
    return input;
  }

  /** Normalises what is in {@link #input}. */
  Tensor forward() {
    long rows = input.size(0);
    mean = means.shaped(rows, 1);
    inverse = deviations.shaped(rows, 1);
    Tensor output = outputs.shaped(rows, width[0]);
    torch.native_layer_norm_out(output, mean, inverse, input, width, gain, bias, EPSILON);
    return output;
  }

  /** Replaces the output's gradient by the input's, in place. */
  void backward(Tensor gradient) {
    NativeScope.run(
        () -> {
          T_TensorTensorTensor_T gradients =
              torch.native_layer_norm_backward(
                  gradient, input, width, mean, inverse, gain, bias, all);
          gainGradient.add_(gradients.get1());
          biasGradient.add_(gradients.get2());
          gradient.copy_(gradients.get0());
        });
  }
}
