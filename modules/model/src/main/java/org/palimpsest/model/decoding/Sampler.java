package org.palimpsest.model.decoding;

import org.palimpsest.base.SplitMix;
import org.palimpsest.model.Sampling;

/** Draws tokens as {@link Sampling} defines. */
final class Sampler {
  private final Sampling rules;
  private double[] sums = new double[0];

  Sampler(Sampling rules) {
    this.rules = rules;
  }

  /** Number of tokens to rank before drawing. */
  int most(int vocabulary) {
    return rules.topK() == 0 ? vocabulary : Math.min(rules.topK(), vocabulary);
  }

  /**
   * The rank of the drawn token.
   *
   * @param source index of the sequence's source in the call
   * @param sample number of the sequence among those of its source
   * @param position of the token
   */
  int draw(Ranking ranking, int sequence, int source, int sample, int position) {
    if (sums.length < ranking.most()) {
      sums = new double[ranking.most()];
    }
    double best = ranking.logProbability(sequence, 0);
    double sum = 0;
    for (int rank = 0; rank < ranking.most(); rank++) {
      sum += Math.exp((ranking.logProbability(sequence, rank) - best) / rules.temperature());
      sums[rank] = sum;
    }
    int last = 0;
    while (last < ranking.most() - 1 && sums[last] < rules.topP() * sum) {
      last++;
    }
    double aim = uniform(source, sample, position) * sums[last];
    int rank = 0;
    while (rank < last && sums[rank] <= aim) {
      rank++;
    }
    return rank;
  }

  /** A number from 0 to below 1. */
  private double uniform(int source, int sample, int position) {
    long state = SplitMix.mix(rules.seed() + SplitMix.GOLDEN);
    state = SplitMix.mix(state ^ (source + 1) * SplitMix.GOLDEN);
    state = SplitMix.mix(state ^ (sample + 1) * SplitMix.GOLDEN);
    state = SplitMix.mix(state ^ (position + 1) * SplitMix.GOLDEN);
    return (state >>> 11) * 0x1p-53;
  }
}
