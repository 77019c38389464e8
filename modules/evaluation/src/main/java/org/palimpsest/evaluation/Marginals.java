package org.palimpsest.evaluation;

import java.io.Serializable;

/** Counts of single tokens, in arrays of the vocabulary's length. */
final class Marginals implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How often a token is the right one of a pair: its number of occurrences. */
  final long[] occurrences;

  /** How often a token is the left one of a pair. */
  final long[] asLeft;

  /** Number of different tokens that follow a token. */
  final long[] followers;

  /** Number of different tokens that a token follows. */
  final long[] predecessors;

  /** Number of pairs that occur once, and twice. */
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
