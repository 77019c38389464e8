package org.palimpsest.evaluation.inference;

import java.util.List;

/**
 * A corrected text.
 *
 * @param source the text before
 * @param text the corrected text
 * @param changes what a model changed, in order
 */
public record Correction(String source, String text, List<Change> changes) {
  public Correction {
    changes = List.copyOf(changes);
  }

  /** The correction of a text, with its changes. */
  static Correction of(String source, String text) {
    return new Correction(source, text, TextDiff.of(source, text));
  }

  /** What stands around changes, so that a reader sees them. */
  public interface Marks {
    /** Marks text that was there. */
    String removed(String text);

    /** Marks text that is there now. */
    String added(String text);
  }

  /** The corrected text, with what was left out before what was put in its place. */
  public String marked(Marks marks) {
    StringBuilder marked = new StringBuilder();
    int at = 0;
    for (Change change : changes) {
      marked.append(source, at, change.from());
      marked.append(change.before().isEmpty() ? "" : marks.removed(change.before()));
      marked.append(change.after().isEmpty() ? "" : marks.added(change.after()));
      at = change.to();
    }
    return marked.append(source, at, source.length()).toString();
  }
}
