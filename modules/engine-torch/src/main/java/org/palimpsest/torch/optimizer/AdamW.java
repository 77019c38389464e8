package org.palimpsest.torch.optimizer;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/** AdamW over the layout's tensors, grouped into ranges with and without decay. */
final class AdamW implements Optimizer {
  private final FusedAdam kernel;
  private final double weightDecay;
  private final List<FusedAdam.Range> decaying = new ArrayList<>();
  private final List<FusedAdam.Range> undecayed = new ArrayList<>();

  AdamW(FusedAdam kernel, double weightDecay, ParameterLayout layout) {
    this.kernel = kernel;
    this.weightDecay = weightDecay;
    long begin = 0;
    boolean vectors = false;
    for (TensorSpec tensor : layout.tensors()) {
      if (tensor.isVector() != vectors) {
        add(begin, tensor.offset(), vectors);
        begin = tensor.offset();
        vectors = tensor.isVector();
      }
    }
    add(begin, layout.size(), vectors);
  }

  private void add(long begin, long end, boolean vectors) {
    if (end > begin) {
      (vectors ? undecayed : decaying).add(new FusedAdam.Range(begin, end - begin));
    }
  }

  @Override
  public void step(long number, double learningRate) {
    kernel.step(decaying, number, learningRate, weightDecay);
    kernel.step(undecayed, number, learningRate, 0);
  }
}
