package org.palimpsest.corpus.text;

import java.util.Arrays;
import java.util.TreeMap;

/**
 * How many documents the steps of the cleaning changed, left out or added, in one task. Comes after
 * the task's documents, so that whoever reads them to their end has counted each exactly once.
 *
 * @param counts by the name of the step
 */
public record CleaningCounts(TreeMap<String, Long> counts) implements Reading {
  public static CleaningCounts none() {
    return new CleaningCounts(new TreeMap<>());
  }

  /** Counts documents. */
  public void add(CleaningStep step, long documents) {
    counts.merge(step.label(), documents, Long::sum);
  }

  /** Takes another task's counts in. */
  public void addAll(CleaningCounts other) {
    other.counts.forEach((step, count) -> counts.merge(step, count, Long::sum));
  }

  public boolean isEmpty() {
    return counts.isEmpty();
  }

  /** How many documents were there and are no more. */
  public long leftOut() {
    return Arrays.stream(CleaningStep.values())
        .filter(CleaningStep::leavesOut)
        .mapToLong(step -> counts.getOrDefault(step.label(), 0L))
        .sum();
  }
}
