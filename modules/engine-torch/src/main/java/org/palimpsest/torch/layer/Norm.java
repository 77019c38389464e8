package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.torch.memory.ResidualStream;
import org.palimpsest.torch.memory.Workspace;

/** Normalization of rows, with the gradients of its parameters. */
public sealed interface Norm permits LayerNorm, RmsNorm, RoundedRmsNorm {
  /** Normalizes rows; the input must not change until the backward pass. */
  Tensor forward(Tensor input);

  /** Replaces the output's gradient by the input's, in place. */
  void backward(Tensor gradient);

  /** The norm of that name, over rows of the parameters' type. */
  static Norm of(Workspace workspace, String name) {
    return isRms(workspace)
        ? new RmsNorm(workspace, name)
        : LayerNorm.ofParameters(workspace, name);
  }

  /** The norm of that name, over rows of the residual stream. */
  static Norm ofStream(Workspace workspace, String name) {
    if (!new ResidualStream(workspace).isRounded()) {
      return of(workspace, name);
    }
    return isRms(workspace)
        ? new RoundedRmsNorm(workspace, name)
        : LayerNorm.ofOperands(workspace, name);
  }

  private static boolean isRms(Workspace workspace) {
    return workspace.spec().architecture().norm() == Architecture.Norm.RMS;
  }
}
