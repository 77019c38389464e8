package org.palimpsest.torch.optimizer;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.model.spec.TensorSpec;

/** AdamW over tensors, adjacent ones grouped into ranges with and without decay. */
final class AdamW implements Optimizer {
  private final FusedAdam kernel;
  private final double weightDecay;
  private final List<FusedAdam.Range> decaying = new ArrayList<>();
  private final List<FusedAdam.Range> undecayed = new ArrayList<>();

  /**
   * @param tensors what it updates, in layout order
   * @param seconds index of their first second moment in the kernel's state; the second moments
   *     have no gaps
   */
  AdamW(FusedAdam kernel, double weightDecay, List<TensorSpec> tensors, long seconds) {
    this.kernel = kernel;
    this.weightDecay = weightDecay;
    long second = seconds;
    for (TensorSpec tensor : tensors) {
      List<FusedAdam.Range> ranges = tensor.isVector() ? undecayed : decaying;
      add(ranges, new FusedAdam.Range(tensor.offset(), tensor.size(), second));
      second += tensor.size();
    }
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
    kernel.step(decaying, number, learningRate, weightDecay);
    kernel.step(undecayed, number, learningRate, 0);
  }
}
