package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.torch.memory.Workspace;

/** Normalization of rows, with the gradients of its parameters. */
public sealed interface Norm permits LayerNorm, RmsNorm {
  /** Normalizes rows; the input must not change until the backward pass. */
  Tensor forward(Tensor input);

  /** Replaces the output's gradient by the input's, in place. */
  void backward(Tensor gradient);

  /** The norm of that name. */
  static Norm of(Workspace workspace, String name) {
    return workspace.spec().architecture().norm() == Architecture.Norm.RMS
        ? new RmsNorm(workspace, name)
        : new LayerNorm(workspace, name);
  }
}
