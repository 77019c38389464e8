package org.palimpsest.torch.stack;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.Numerics;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.ResidualStream;
import org.palimpsest.torch.memory.Workspace;

/** The inputs of the layers of a stack, kept if activations are recomputed. */
final class Inputs {
  private final boolean recomputed;
  private final List<Buffer> buffers = new ArrayList<>();
  private final Tensor[] kept;

  Inputs(Workspace workspace, int layers) {
    recomputed = workspace.numerics().activations() == Numerics.Activations.RECOMPUTED;
    kept = new Tensor[layers];
    for (int i = 0; recomputed && i < layers; i++) {
      buffers.add(new ResidualStream(workspace).buffer());
    }
  }

  /** Keeps a layer's input, and returns the tensor that the layer reads. */
  Tensor keep(int layer, Tensor x) {
    if (recomputed) {
      kept[layer] = buffers.get(layer).shaped(x.size(0), x.size(1));
      kept[layer].copy_(x);
      return kept[layer];
    }
    return x;
  }

  Tensor kept(int layer) {
    return kept[layer];
  }

  /** Whether a later layer has overwritten this layer's activations. */
  boolean isOverwritten(int layer) {
    return recomputed && layer < kept.length - 1;
  }
}
