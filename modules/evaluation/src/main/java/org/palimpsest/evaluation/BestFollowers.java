package org.palimpsest.evaluation;

import java.io.Serializable;
import java.util.Arrays;

/** The most probable next token after each token, according to a bigram model. */
final class BestFollowers implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double[] probability;
  private final int[] follower;

  /** Starts, without pairs, from the token that is most probable after an unknown token. */
  BestFollowers(BigramModel model) {
    int token = model.mostProbable();
    probability = new double[model.vocabulary()];
    follower = new int[model.vocabulary()];
    Arrays.fill(follower, token);
    for (int left = 0; left < probability.length; left++) {
      probability[left] = model.probability(left, token, 0);
    }
  }

  BestFollowers add(BigramModel model, long key, long count) {
    int left = PairCounter.left(key);
    int right = PairCounter.right(key);
    consider(left, right, model.probability(left, right, count));
    return this;
  }

  BestFollowers plus(BestFollowers other) {
    for (int left = 0; left < follower.length; left++) {
      consider(left, other.follower[left], other.probability[left]);
    }
    return this;
  }

  /** Ties go to the smaller id, so that the result does not depend on the order of pairs. */
  private void consider(int left, int right, double value) {
    if (value > probability[left] || (value == probability[left] && right < follower[left])) {
      probability[left] = value;
      follower[left] = right;
    }
  }

  int after(int left) {
    return follower[left];
  }
}
