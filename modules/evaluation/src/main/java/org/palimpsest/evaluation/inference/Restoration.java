package org.palimpsest.evaluation.inference;

import java.util.List;

/**
 * A text and what the model makes of it.
 *
 * @param source what the model read, special tokens shown by name
 * @param text what it wrote
 * @param spans what it put in the place of each {@code <mask>}, in order; empty where the text had
 *     none
 * @param original the undamaged text, where it is known, or empty
 */
public record Restoration(String source, String text, List<String> spans, String original) {
  public Restoration {
    spans = List.copyOf(spans);
  }
}
