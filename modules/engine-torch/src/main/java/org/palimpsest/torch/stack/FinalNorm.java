package org.palimpsest.torch.stack;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.torch.layer.Dropout;
import org.palimpsest.torch.layer.DropoutRng;
import org.palimpsest.torch.layer.Norm;
import org.palimpsest.torch.memory.Workspace;

/** The end of a stack: dropout(norm(x)) in a pre-norm architecture, otherwise x. */
final class FinalNorm {
  private final Norm norm;
  private final Dropout dropout;

  FinalNorm(Workspace workspace, DropoutRng rng, String stack) {
    boolean pre = workspace.spec().architecture().placement() == Architecture.Placement.PRE;
    norm = pre ? Norm.ofStream(workspace, stack + ".layer_norm") : null;
    dropout = pre ? Dropout.outside(workspace, rng) : null;
  }

  Tensor forward(Tensor x) {
    return norm == null ? x : dropout.forward(norm.forward(x));
  }

  /** Replaces the output's gradient by that of x, in place. */
  void backward(Tensor gradient) {
    if (norm != null) {
      dropout.backward(gradient);
      norm.backward(gradient);
    }
  }
}
