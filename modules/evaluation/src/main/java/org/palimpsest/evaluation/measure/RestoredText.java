package org.palimpsest.evaluation.measure;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * A restored text.
 *
 * @param text with all changes
 * @param sure for each of some thresholds, the text with only the changes that gain at least so
 *     much; see {@link org.palimpsest.evaluation.inference.JudgedChanges}
 */
record RestoredText(String text, List<String> sure) {
  RestoredText {
    sure = List.copyOf(sure);
  }

  /** The text with all changes, and then the others: the form in which tasks send it. */
  Stream<String> all() {
    return Stream.concat(Stream.of(text), sure.stream());
  }

  /** The text whose {@link #all} is given. */
  static RestoredText of(List<String> all) {
    return new RestoredText(all.get(0), all.subList(1, all.size()));
  }

  /** The text of a baseline, which is sure of all its changes. */
  static RestoredText ofBaseline(String text, int thresholds) {
    return new RestoredText(text, Collections.nCopies(thresholds, text));
  }
}
