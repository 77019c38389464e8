package org.palimpsest.evaluation;

import java.io.Serializable;

/**
 * What is known of single tokens: arrays as long as the vocabulary, whatever the size of the
 * corpus.
 */
final class Marginals implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How often a token stands to the right of another, which is how often it stands anywhere. */
  final long[] occurrences;

  /** How often it stands to the left of another. */
  final long[] asLeft;

  /** How many different tokens follow it. */
  final long[] followers;

  /** How many different tokens it follows. */
  final long[] predecessors;

  /** How many pairs occur once, and twice. */
  long once;

  long twice;

  Marginals(int vocabulary) {
    occurrences = new long[vocabulary];
    asLeft = new long[vocabulary];
    followers = new long[vocabulary];
    predecessors = new long[vocabulary];
  }

  Marginals add(long key, long count) {
    int left = PairCounter.left(key);
    int right = PairCounter.right(key);
    occurrences[right] += count;
    asLeft[left] += count;
    followers[left]++;
    predecessors[right]++;
    once += count == 1 ? 1 : 0;
    twice += count == 2 ? 1 : 0;
    return this;
  }

  Marginals plus(Marginals other) {
    for (int id = 0; id < occurrences.length; id++) {
      occurrences[id] += other.occurrences[id];
      asLeft[id] += other.asLeft[id];
      followers[id] += other.followers[id];
      predecessors[id] += other.predecessors[id];
    }
    once += other.once;
    twice += other.twice;
    return this;
  }
}
