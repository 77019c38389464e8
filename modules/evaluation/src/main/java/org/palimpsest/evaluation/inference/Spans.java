package org.palimpsest.evaluation.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.palimpsest.objective.Vocabulary;

/** Finds the span that a model generated for each missing part of a text. */
final class Spans {
  /**
   * The cost of a token in a span: small, to prefer the shorter of two possible spans, and exact in
   * binary.
   */
  private static final double IN_SPAN = 1.0 / 1024;

  private Spans() {}

  /**
   * Aligns {@code written} with {@code source}, and returns the span for each mask. The alignment
   * has the lowest cost: a kept token costs 0, a replaced, removed or added one costs 1, and a mask
   * takes any number of tokens at almost no cost. For example, the source {@code a <mask> d} and
   * the text {@code a b c d} give the span {@code b c}.
   */
  static List<int[]> filled(int[] source, int[] written, int mask) {
    double[][] cost = costs(source, written, mask);
    List<int[]> spans = new ArrayList<>();
    int at = written.length;
    int end = at;
    int s = source.length;
    while (s > 0) {
      if (source[s - 1] != mask) {
        Move move = Move.of(cost, s, at, source, written);
        s -= move.source;
        at -= move.written;
        end = at;
      } else if (at > 0 && cost[s][at] == cost[s][at - 1] + IN_SPAN) {
        at--;
      } else {
        spans.add(0, Arrays.copyOfRange(written, at, end));
        s--;
        end = at;
      }
    }
    return spans;
  }

  /** A step back through the alignment at a token that is not a mask. */
  private enum Move {
    KEEP_OR_REPLACE(1, 1),
    REMOVE(1, 0),
    ADD(0, 1);

    private final int source;
    private final int written;

    Move(int source, int written) {
      this.source = source;
      this.written = written;
    }

    static Move of(double[][] cost, int s, int at, int[] source, int[] written) {
      if (at > 0
          && cost[s][at] == cost[s - 1][at - 1] + replacing(source[s - 1], written[at - 1])) {
        return KEEP_OR_REPLACE;
      }
      return cost[s][at] == cost[s - 1][at] + 1 ? REMOVE : ADD;
    }
  }

  /**
   * The spans in {@code written} after each sentinel of {@code source}, in the order of the source;
   * empty for a sentinel that {@code written} lacks.
   */
  static List<int[]> afterSentinels(int[] source, int[] written, Vocabulary vocabulary) {
    List<int[]> spans = new ArrayList<>();
    for (int sentinel : source) {
      if (vocabulary.isSentinel(sentinel)) {
        int from = 0;
        while (from < written.length && written[from] != sentinel) {
          from++;
        }
        int to = Math.min(from + 1, written.length);
        while (to < written.length && !vocabulary.isSentinel(written[to])) {
          to++;
        }
        spans.add(Arrays.copyOfRange(written, Math.min(from + 1, written.length), to));
      }
    }
    return spans;
  }

  /** The source with its sentinels replaced by the spans. */
  static int[] filledIn(int[] source, List<int[]> spans, Vocabulary vocabulary) {
    Iterator<int[]> next = spans.iterator();
    return Arrays.stream(source)
        .flatMap(id -> vocabulary.isSentinel(id) ? Arrays.stream(next.next()) : IntStream.of(id))
        .toArray();
  }

  private static double[][] costs(int[] source, int[] written, int mask) {
    double[][] cost = new double[source.length + 1][written.length + 1];
    for (int w = 1; w <= written.length; w++) {
      cost[0][w] = w;
    }
    for (int s = 1; s <= source.length; s++) {
      boolean isMask = source[s - 1] == mask;
      cost[s][0] = cost[s - 1][0] + (isMask ? 0 : 1);
      for (int w = 1; w <= written.length; w++) {
        cost[s][w] =
            isMask
                ? Math.min(cost[s - 1][w], cost[s][w - 1] + IN_SPAN)
                : Math.min(
                    cost[s - 1][w - 1] + replacing(source[s - 1], written[w - 1]),
                    Math.min(cost[s - 1][w], cost[s][w - 1]) + 1);
      }
    }
    return cost;
  }

  private static double replacing(int source, int written) {
    return source == written ? 0 : 1;
  }
}
