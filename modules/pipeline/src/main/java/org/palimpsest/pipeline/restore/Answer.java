package org.palimpsest.pipeline.restore;

import java.util.List;
import org.palimpsest.evaluation.inference.Restoration;

/**
 * What became of a text.
 *
 * @param restorations best first; empty if the text is bad
 * @param embedding of the text; null if none is wanted
 * @param loss nats per token of the wanted text; null if there is none
 * @param error why the text could not be restored; null if it was
 */
record Answer(List<Restoration> restorations, Float[] embedding, Double loss, String error) {
  Answer {
    restorations = List.copyOf(restorations);
  }

  /** That of a text that cannot be used. */
  static Answer refused(String error) {
    return new Answer(List.of(), null, null, error);
  }

  /** The value of a column; null for a bad text. */
  Object value(Output output) {
    return switch (output) {
      case ERROR -> error;
      case EMBEDDING -> embedding;
      case LOSS -> loss;
      case TEXT -> restorations.isEmpty() ? null : restorations.get(0).text();
      case SPANS ->
          restorations.isEmpty() ? null : restorations.get(0).spans().toArray(new String[0]);
      case ALTERNATIVES ->
          restorations.isEmpty()
              ? null
              : restorations.stream().map(Restoration::text).toArray(String[]::new);
    };
  }
}
