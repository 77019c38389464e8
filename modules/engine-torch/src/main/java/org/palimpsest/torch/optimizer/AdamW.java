package org.palimpsest.torch.optimizer;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.model.spec.TensorSpec;

/** AdamW over tensors, adjacent ones grouped into ranges with and without decay. */
final class AdamW implements Optimizer {
  private final FusedAdam kernel;
  private final double weightDecay;
  private final FusedAdam.Group decaying;
  private final FusedAdam.Group undecayed;

  /**
   * @param tensors what it updates, in layout order
   * @param seconds index of their first second moment in the kernel's state; the second moments
   *     have no gaps
   */
  AdamW(FusedAdam kernel, double weightDecay, List<TensorSpec> tensors, long seconds) {
    this.kernel = kernel;
    this.weightDecay = weightDecay;
    List<FusedAdam.Range> matrices = new ArrayList<>();
    List<FusedAdam.Range> vectors = new ArrayList<>();
    long second = seconds;
    for (TensorSpec tensor : tensors) {
      List<FusedAdam.Range> ranges = tensor.isVector() ? vectors : matrices;
      add(ranges, new FusedAdam.Range(tensor.offset(), tensor.size(), second));
      second += tensor.size();
    }
    decaying = kernel.group(matrices);
    undecayed = kernel.group(vectors);
  }

  private static void add(List<FusedAdam.Range> ranges, FusedAdam.Range next) {
    int last = ranges.size() - 1;
    if (last >= 0 && ranges.get(last).end() == next.offset()) {
      FusedAdam.Range before = ranges.get(last);
      long size = before.size() + next.size();
      ranges.set(last, new FusedAdam.Range(before.offset(), size, before.second()));
    } else {
      ranges.add(next);
    }
  }

  @Override
  public void step(long number, double learningRate) {
    decaying.step(number, learningRate, weightDecay);
    undecayed.step(number, learningRate, 0);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
