package org.palimpsest.evaluation.measure;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.evaluation.bootstrap.Bootstrap;
import org.palimpsest.evaluation.bootstrap.Estimate;

/** How far restored texts are from the original ones, with intervals over documents. */
final class TextScores {
  private final List<double[]> rows = new ArrayList<>();

  /**
   * Adds a text.
   *
   * @param original the text
   * @param restored what became of it
   * @param originalTokens tokens of the text
   * @param restoredTokens tokens of what became of it
   */
  void add(String original, String restored, int[] originalTokens, int[] restoredTokens) {
    int[] wanted = original.codePoints().toArray();
    int[] written = restored.codePoints().toArray();
    rows.add(
        new double[] {
          original.equals(restored) ? 1 : 0,
          1,
          Sequences.commonLength(originalTokens, restoredTokens),
          Math.max(originalTokens.length, restoredTokens.length),
          Sequences.distance(wanted, written),
          wanted.length
        });
  }

  /** Share of texts that are restored exactly. */
  Estimate exactMatch(long seed) {
    return ratio(0, seed);
  }

  /**
   * Length of a longest common subsequence of original and restored tokens, as a share of the
   * longer of both: missing and added tokens count alike.
   */
  Estimate tokenAccuracy(long seed) {
    return ratio(2, seed);
  }

  /** Insertions, deletions, and replacements of code points per code point of the original. */
  Estimate characterErrorRate(long seed) {
    return ratio(4, seed);
  }

  private Estimate ratio(int column, long seed) {
    return new Bootstrap(seed).ratio(column(column), column(column + 1));
  }

  private double[] column(int column) {
    return rows.stream().mapToDouble(row -> row[column]).toArray();
  }
}
