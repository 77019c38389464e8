package org.palimpsest.evaluation;

import java.io.Serializable;

/**
 * A bigram model with interpolated Kneser-Ney smoothing (Kneser and Ney 1995; Chen and Goodman
 * 1999): p(r|l) = max(c(l,r) − D, 0)/c(l) + D·n(l)/c(l)·q(r), where n(l) is the number of different
 * followers of l, D = n₁/(n₁ + 2n₂) from the pairs seen once and twice, and q(r) the share of
 * different pairs that end in r, plus one for each token so that none is impossible. Holds arrays
 * of the vocabulary's length; the counts of pairs are given to it.
 */
final class BigramModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long[] asLeft;
  private final double[] leftOver;
  private final double[] lower;
  private final double discount;

  BigramModel(Marginals marginals) {
    asLeft = marginals.asLeft;
    discount =
        marginals.once == 0
            ? 0.5
            : (double) marginals.once / (marginals.once + 2 * marginals.twice);
    lower = addOne(marginals.predecessors);
    leftOver = new double[lower.length];
    for (int left = 0; left < lower.length; left++) {
      leftOver[left] = asLeft[left] == 0 ? 1 : discount * marginals.followers[left] / asLeft[left];
    }
  }

  /** Shares, each count raised by one. */
  static double[] addOne(long[] counts) {
    double total = counts.length;
    for (long count : counts) {
      total += count;
    }
    double[] shares = new double[counts.length];
    for (int id = 0; id < counts.length; id++) {
      shares[id] = (counts[id] + 1) / total;
    }
    return shares;
  }

  /** p(right|left), given how often the pair was seen. */
  double probability(int left, int right, long count) {
    double seen = asLeft[left] == 0 ? 0 : Math.max(count - discount, 0) / asLeft[left];
    return seen + leftOver[left] * lower[right];
  }

  /** The token that is most probable where nothing else is known. */
  int mostProbable() {
    return argmax(lower);
  }

  static int argmax(double[] shares) {
    int best = 0;
    for (int id = 1; id < shares.length; id++) {
      if (shares[id] > shares[best]) {
        best = id;
      }
    }
    return best;
  }

  int vocabulary() {
    return lower.length;
  }
}
