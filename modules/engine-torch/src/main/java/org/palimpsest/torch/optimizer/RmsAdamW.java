package org.palimpsest.torch.optimizer;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.torch.memory.NativeHold;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Transfers;

/** AdamW whose step is scaled by the RMS of each tensor's parameters, with the fused kernel. */
final class RmsAdamW implements Optimizer {
  private final FusedAdam kernel;
  private final OptimizerSpec.RmsAdamW spec;
  private final ParameterLayout layout;
  private final Transfers transfers;
  private final List<Tensor> pieces;
  private final NativeHold hold = new NativeHold();
  private final List<FusedAdam.Group> groups = new ArrayList<>();
  private double[] norms;

  RmsAdamW(
      FusedAdam kernel,
      OptimizerSpec.RmsAdamW spec,
      ParameterLayout layout,
      Tensor parameters,
      Transfers transfers) {
    this.kernel = kernel;
    this.spec = spec;
    this.layout = layout;
    this.transfers = transfers;
    pieces = NativeScope.in(() -> Pieces.of(parameters, layout.tensors(), hold));
    for (TensorSpec tensor : layout.tensors()) {
      long second = layout.size() + tensor.offset();
      groups.add(
          kernel.group(List.of(new FusedAdam.Range(tensor.offset(), tensor.size(), second))));
    }
  }

  @Override
  public void step(long number, double learningRate) {
    if (norms == null) {
      norms = NativeScope.in(() -> transfers.doubles(pending()));
    }
    for (int i = 0; i < norms.length; i++) {
      TensorSpec tensor = layout.tensors().get(i);
      double scale = Math.max(spec.scaleFloor(), norms[i] / Math.sqrt((double) tensor.size()));
      // The kernel multiplies the decay by its rate, which includes the scale.
      double decay = tensor.isVector() ? 0 : spec.weightDecay() / scale;
      groups.get(i).step(number, learningRate * scale, decay);
    }
    norms = null;
  }

  /** The norms of all tensors. */
  @Override
  public Tensor pending() {
    TensorVector all = new TensorVector();
    pieces.forEach(piece -> all.push_back(piece.norm()));
    return torch.stack(all);
  }

  @Override
  public void supply(double[] values) {
    norms = values;
  }

  @Override
  public void close() {
    kernel.close();
    hold.close();
  }
}
