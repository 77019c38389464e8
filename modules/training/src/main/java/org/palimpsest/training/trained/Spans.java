package org.palimpsest.training.trained;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds what a model wrote in the place of each mask, by aligning what it wrote to its source. */
final class Spans {
  private Spans() {}

  /**
   * The spans of {@code written} that stand where {@code source} has masks. The alignment is the
   * cheapest one: a token that is kept costs nothing, one that is replaced, left out or added costs
   * one, and a mask takes up any number of tokens for (almost) nothing.
   */
  static List<int[]> filled(int[] source, int[] written, int mask) {
    double[][] cost = costs(source, written, mask);
    List<int[]> spans = new ArrayList<>();
    int end = written.length;
    int at = written.length;
    for (int s = source.length; s > 0; ) {
      if (source[s - 1] == mask) {
        if (at > 0 && cost[s][at] == cost[s][at - 1] + IN_SPAN) {
          at--;
          continue;
        }
        spans.add(0, Arrays.copyOfRange(written, at, end));
        s--;
        end = at;
      } else {
        if (at > 0
            && cost[s][at] == cost[s - 1][at - 1] + replacing(source[s - 1], written[at - 1])) {
          s--;
          at--;
        } else if (cost[s][at] == cost[s - 1][at] + 1) {
          s--;
        } else {
          at--;
        }
        end = at;
      }
    }
    return spans;
  }

  /** Just enough to prefer the shorter span where both would fit. */
  private static final double IN_SPAN = 1.0 / 1024;

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
