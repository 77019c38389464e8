package org.palimpsest.torch.optimizer;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Transfers;

/** AdamW whose step is scaled by the RMS of each tensor's parameters, with the fused kernel. */
final class RmsAdamW implements Optimizer {
  private final FusedAdam kernel;
  private final OptimizerSpec.RmsAdamW spec;
  private final ParameterLayout layout;
  private final Transfers transfers;
  private double[] norms;

  RmsAdamW(
      FusedAdam kernel, OptimizerSpec.RmsAdamW spec, ParameterLayout layout, Transfers transfers) {
    this.kernel = kernel;
    this.spec = spec;
    this.layout = layout;
    this.transfers = transfers;
  }

  @Override
  public void step(long number, double learningRate) {
    if (norms == null) {
      norms = NativeScope.in(() -> transfers.doubles(pending()));
    }
    int next = 0;
    for (TensorSpec tensor : layout.tensors()) {
      double scale = Math.max(spec.scaleFloor(), norms[next++] / Math.sqrt((double) tensor.size()));
      // The kernel multiplies the decay by its rate, which includes the scale.
      double decay = tensor.isVector() ? 0 : spec.weightDecay() / scale;
      long second = layout.size() + tensor.offset();
      FusedAdam.Range range = new FusedAdam.Range(tensor.offset(), tensor.size(), second);
      kernel.step(List.of(range), number, learningRate * scale, decay);
    }
    norms = null;
  }

  /** The norms of all tensors. */
  @Override
  public Tensor pending() {
    TensorVector all = new TensorVector();
    for (TensorSpec tensor : layout.tensors()) {
      all.push_back(kernel.parameters().narrow(0, tensor.offset(), tensor.size()).norm());
    }
    return torch.stack(all);
  }

  @Override
  public void supply(double[] values) {
    norms = values;
  }
}
