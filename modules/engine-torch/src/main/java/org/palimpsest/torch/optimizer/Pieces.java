package org.palimpsest.torch.optimizer;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.torch.memory.NativeHold;

/** Views of the tensors in a flat vector, made once, because a step uses all of them. */
final class Pieces {
  private Pieces() {}

  /** A view of each tensor in its shape, in that order; {@code hold} frees them. */
  static List<Tensor> of(Tensor flat, List<TensorSpec> tensors, NativeHold hold) {
    return tensors.stream()
        .map(
            tensor ->
                hold.hold(flat.narrow(0, tensor.offset(), tensor.size()).view(tensor.shape())))
        .toList();
  }
}
