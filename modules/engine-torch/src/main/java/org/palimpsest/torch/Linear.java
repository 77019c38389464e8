package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** An affine map y = x·Wᵀ + b over rows, with the gradients of its parameters. */
final class Linear {
  private final Workspace workspace;
  private final Tensor weight;
  private final Tensor transposed;
  private final Tensor bias;
  private final Tensor weightGradient;
  private final Tensor biasGradient;

  Linear(
      Workspace workspace, Tensor weight, Tensor bias, Tensor weightGradient, Tensor biasGradient) {
    this.workspace = workspace;
    this.weight = weight;
    this.transposed = workspace.hold(weight.t());
    this.bias = bias;
    this.weightGradient = weightGradient;
    this.biasGradient = biasGradient;
  }

  long outputs() {
    return weight.size(0);
  }

  void forward(Tensor x, Tensor into) {
    torch.addmm_out(into, bias, x, transposed);
  }

  /** The same into fresh memory. */
  Tensor apply(Tensor x) {
    return torch.addmm(bias, x, transposed);
  }

  /** Adds the parameters' gradients, given those of the output and what the input was. */
  void learn(Tensor outputGradient, Tensor x) {
    Tensor columns = outputGradient.t();
    weightGradient.addmm_(columns, x);
    biasGradient.addmv_(columns, workspace.ones(outputGradient.size(0)));
  }

  /** Overwrites {@code into} with the input's gradient. */
  void propagate(Tensor outputGradient, Tensor into) {
    torch.mm_out(into, outputGradient, weight);
  }

  /** Adds the input's gradient to {@code sum}. */
  void accumulate(Tensor outputGradient, Tensor sum) {
    sum.addmm_(outputGradient, weight);
  }
}
