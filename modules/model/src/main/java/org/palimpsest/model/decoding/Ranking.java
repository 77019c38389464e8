package org.palimpsest.model.decoding;

import java.util.Arrays;

/**
 * The most probable next tokens of each sequence, best first.
 *
 * @param most tokens per sequence
 * @param logProbabilities sequence by sequence, in nats, under the unmodified model; −∞ for a
 *     forbidden token, when fewer than {@code most} are allowed
 * @param tokens ids of the same tokens
 */
public record Ranking(int most, double[] logProbabilities, int[] tokens) {
  /** A ranking without tokens. */
  public static final Ranking NONE = new Ranking(0, new double[0], new int[0]);

  /** The token at a rank of a sequence. */
  public int token(int sequence, int rank) {
    return tokens[sequence * most + rank];
  }

  /** The log-probability at a rank of a sequence. */
  public double logProbability(int sequence, int rank) {
    return logProbabilities[sequence * most + rank];
  }

  /**
   * Ranks by logits, compared as floats; of equal logits the lower id comes first.
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
      double total = logSumExp(row);
      choose(row, forbidden, best);
      for (int rank = 0; rank < most; rank++) {
        int token = (int) ~best[most - 1 - rank];
        boolean allowed = Arrays.binarySearch(forbidden, token) < 0;
        int at = sequence * most + rank;
        ranking.tokens[at] = token;
        ranking.logProbabilities[at] = allowed ? row[token] - total : Double.NEGATIVE_INFINITY;
      }
    }
    return ranking;
  }

  private static double logSumExp(double[] logits) {
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

  /** Fills {@code best} with the largest keys, ascending, by a heap. */
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

  /** A key that orders by value, then by descending id. */
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
