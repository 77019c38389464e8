package org.palimpsest.corpus.text;

import java.util.Arrays;
import java.util.TreeMap;

/**
 * The number of documents that each cleaning step changed, removed or added in one task. It follows
 * the task's documents, so each consumer counts it once.
 *
 * @param counts number of documents by name of the step
 */
public record CleaningCounts(TreeMap<String, Long> counts) implements Reading {
  public static CleaningCounts none() {
    return new CleaningCounts(new TreeMap<>());
  }

  /** Adds documents to a step. */
  public void add(CleaningStep step, long documents) {
    counts.merge(step.label(), documents, Long::sum);
  }

  /** Adds the counts of another task. */
  public void addAll(CleaningCounts other) {
    other.counts.forEach((step, count) -> counts.merge(step, count, Long::sum));
  }

  public boolean isEmpty() {
    return counts.isEmpty();
  }

  /** Returns the number of documents removed. */
  public long leftOut() {
    return Arrays.stream(CleaningStep.values())
        .filter(CleaningStep::leavesOut)
        .mapToLong(step -> counts.getOrDefault(step.label(), 0L))
        .sum();
  }
}
