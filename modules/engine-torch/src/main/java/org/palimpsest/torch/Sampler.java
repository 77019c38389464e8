package org.palimpsest.torch;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.Sampling;

/** Draws tokens by the rules of {@link Sampling}, for all sequences at once. */
record Sampler(Sampling rules) {
  /**
   * One token of each sequence.
   *
   * @param logs sequences by vocabulary, −∞ where forbidden
   * @param firstSource place of the first sequence's source
   * @param samples sequences for each source
   * @param position of the tokens
   * @return sequences by 1
   */
  Tensor draw(Tensor logs, int firstSource, int samples, int position) {
    long kept = rules.topK() == 0 ? logs.size(1) : Math.min(rules.topK(), logs.size(1));
    Scalar temperature = new Scalar(rules.temperature());
    T_TensorTensor_T top =
        logs.to(torch.ScalarType.Double).div(temperature).topk(kept, 1, true, true);
    Tensor sums = top.get0().softmax(1).cumsum(1);
    double[] limits = new double[Math.toIntExact(logs.size(0))];
    Arrays.fill(limits, rules.topP());
    Tensor edge = torch.searchsorted(sums, column(limits, logs)).clamp_max_(new Scalar(kept - 1));
    double[] shares = new double[limits.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = uniform(firstSource + i / samples, i % samples, position);
    }
    Tensor aim = sums.gather(1, edge).mul_(column(shares, logs));
    Tensor place =
        torch.searchsorted(sums, aim, false, true, new StringViewOptional(), new TensorOptional());
    return top.get1().gather(1, torch.minimum(place, edge));
  }

  private static Tensor column(double[] values, Tensor beside) {
    Tensor column = Tensor.create(values).view(values.length, 1);
    return column.to(beside.device(), torch.ScalarType.Double);
  }

  /** From 0 to below 1. */
  private double uniform(int source, int sample, int position) {
    long state = SplitMix.mix(rules.seed() + SplitMix.GOLDEN);
    state = SplitMix.mix(state ^ (source + 1) * SplitMix.GOLDEN);
    state = SplitMix.mix(state ^ (sample + 1) * SplitMix.GOLDEN);
    state = SplitMix.mix(state ^ (position + 1) * SplitMix.GOLDEN);
    return (state >>> 11) * 0x1p-53;
  }
}
