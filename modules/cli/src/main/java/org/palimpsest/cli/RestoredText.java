package org.palimpsest.cli;

import java.util.List;
import org.palimpsest.cli.report.Report;
import org.palimpsest.evaluation.inference.Restoration;

/**
 * A held-out text and what a model makes of it.
 *
 * @param restoration by greedy decoding
 * @param alternatives the most probable restorations that beam search finds, best first; may be
 *     empty
 */
record RestoredText(Restoration restoration, List<Restoration> alternatives) {
  /** A restoration without alternatives. */
  static RestoredText alone(Restoration restoration) {
    return new RestoredText(restoration, List.of());
  }

  /** What the model wrote for each {@code <mask>}, or the whole text if the source has none. */
  static String filledIn(Restoration restoration) {
    return restoration.spans().isEmpty()
        ? restoration.text()
        : String.join(" | ", restoration.spans());
  }

  Report.RestoredExample reported() {
    return new Report.RestoredExample(
        restoration.source(),
        restoration.text(),
        restoration.original().orElse(""),
        alternatives.stream()
            .map(other -> new Report.Alternative(filledIn(other), other.probability()))
            .toList());
  }
}
