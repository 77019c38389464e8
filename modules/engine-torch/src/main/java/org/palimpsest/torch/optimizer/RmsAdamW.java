package org.palimpsest.torch.optimizer;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.TorchVector;

/** AdamW whose step is scaled by the RMS of each tensor's parameters, with the fused kernel. */
record RmsAdamW(FusedAdam kernel, OptimizerSpec.RmsAdamW spec, ParameterLayout layout)
    implements Optimizer {
  @Override
  public void step(long number, double learningRate) {
    double[] norms = norms();
    int next = 0;
    for (TensorSpec tensor : layout.tensors()) {
      double scale = Math.max(spec.scaleFloor(), norms[next++] / Math.sqrt((double) tensor.size()));
      // The kernel multiplies the decay by its rate, which includes the scale.
      double decay = tensor.isVector() ? 0 : spec.weightDecay() / scale;
      long second = layout.size() + tensor.offset();
      FusedAdam.Range range = new FusedAdam.Range(tensor.offset(), tensor.size(), second);
      kernel.step(List.of(range), number, learningRate * scale, decay);
    }
  }

  /** The norms of all tensors, copied from the device at once. */
  private double[] norms() {
    return NativeScope.in(
        () -> {
          TensorVector norms = new TensorVector();
          for (TensorSpec tensor : layout.tensors()) {
            Tensor part = kernel.parameters().narrow(0, tensor.offset(), tensor.size());
            norms.push_back(part.norm());
          }
          return TorchVector.doubles(torch.stack(norms));
        });
  }
}
