package org.palimpsest.evaluation;

import java.io.Serializable;

/**
 * A bigram model with interpolated Kneser-Ney smoothing (Kneser and Ney 1995; Chen and Goodman
 * 1999): p(r|l) = max(c(l,r) − D, 0)/c(l) + D·n(l)/c(l)·q(r), where n(l) is the number of different
 * followers of l, D = n₁/(n₁ + 2n₂) from the numbers of pairs seen once and twice, and q(r) the
 * share of different pairs that end in r, with one added per token so that no token is impossible.
 * The model holds arrays of the vocabulary's length; callers provide the counts of pairs.
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

  /** The share of each count after adding one to all counts. */
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

  /** The probability p(right|left). */
  double probability(int left, int right, long count) {
    double seen = asLeft[left] == 0 ? 0 : Math.max(count - discount, 0) / asLeft[left];
    return seen + leftOver[left] * lower[right];
  }

  /** The most probable token after an unknown token. */
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
