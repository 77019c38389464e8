package org.palimpsest.corpus.text;

import java.util.TreeMap;

/**
 * How many documents the steps of the cleaning changed or left out, in one task. Comes after the
 * task's documents, so that whoever reads them to their end has counted each exactly once.
 *
 * @param counts by the name of the step
 */
public record CleaningCounts(TreeMap<String, Long> counts) implements Reading {
  public static CleaningCounts none() {
    return new CleaningCounts(new TreeMap<>());
  }

  /** Counts one document. */
  public void add(String step) {
    counts.merge(step, 1L, Long::sum);
  }

  /** Takes another task's counts in. */
  public void addAll(CleaningCounts other) {
    other.counts.forEach((step, count) -> counts.merge(step, count, Long::sum));
  }
}
