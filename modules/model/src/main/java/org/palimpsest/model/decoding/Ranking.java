package org.palimpsest.model.decoding;

import java.util.Arrays;

/**
 * The most probable tokens that may follow each sequence, best first.
 *
 * @param most tokens that are told for each sequence
 * @param logProbabilities sequence by sequence, in nats, under the model itself; −∞ for a token
 *     that is forbidden, when fewer than {@code most} are allowed
 * @param tokens beside them
 */
public record Ranking(int most, double[] logProbabilities, int[] tokens) {
  /** Says nothing. */
  public static final Ranking NONE = new Ranking(0, new double[0], new int[0]);

  /** The token at a place of a sequence's ranking. */
  public int token(int sequence, int place) {
    return tokens[sequence * most + place];
  }

  /** Its log-probability. */
  public double logProbability(int sequence, int place) {
    return logProbabilities[sequence * most + place];
  }

  /**
   * Ranks by logits, compared as floats; of equal ones the lower id comes first.
   *
   * @param logits sequences by vocabulary
   * @param forbidden ids that must not follow, ascending
   * @param most at most the size of the vocabulary
   */
  public static Ranking of(double[][] logits, int[] forbidden, int most) {
    Ranking ranking =
        new Ranking(most, new double[logits.length * most], new int[logits.length * most]);
    long[] best = new long[most];
    for (int sequence = 0; sequence < logits.length && most > 0; sequence++) {
      double[] row = logits[sequence];
      double total = logOfTotal(row);
      choose(row, forbidden, best);
      for (int place = 0; place < most; place++) {
        int token = (int) ~best[most - 1 - place];
        boolean allowed = Arrays.binarySearch(forbidden, token) < 0;
        int at = sequence * most + place;
        ranking.tokens[at] = token;
        ranking.logProbabilities[at] = allowed ? row[token] - total : Double.NEGATIVE_INFINITY;
      }
    }
    return ranking;
  }

  private static double logOfTotal(double[] logits) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - largest);
    }
    return largest + Math.log(sum);
  }

  /** Fills {@code best} with the largest keys, ascending: a heap of the best so far. */
  private static void choose(double[] logits, int[] forbidden, long[] best) {
    Arrays.fill(best, Long.MIN_VALUE);
    int next = 0;
    for (int token = 0; token < logits.length; token++) {
      boolean allowed = next == forbidden.length || forbidden[next] != token;
      next += allowed ? 0 : 1;
      long key = key(allowed ? (float) logits[token] : Float.NEGATIVE_INFINITY, token);
      if (key > best[0]) {
        best[0] = key;
        sink(best);
      }
    }
    Arrays.sort(best);
  }

  /** Ordered by value, then by falling id. */
  private static long key(float value, int token) {
    int bits = Float.floatToIntBits(value);
    int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    return ((long) ordered << 32) | (~token & 0xFFFFFFFFL);
  }

  private static void sink(long[] heap) {
    int at = 0;
    for (int child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[at] <= heap[child]) {
        return;
      }
      long smaller = heap[child];
      heap[child] = heap[at];
      heap[at] = smaller;
      at = child;
    }
  }
}
