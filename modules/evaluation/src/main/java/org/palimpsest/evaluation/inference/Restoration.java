package org.palimpsest.evaluation.inference;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * A text and its restoration by a model.
 *
 * @param source the source of the model, with the names of special tokens
 * @param text the restored text
 * @param spans the text for each {@code <mask>}, in order; empty if the source has none
 * @param original the original text, if it is known
 * @param probability of the text, given the source, under the model; between 0 and 1
 */
public record Restoration(
    String source, String text, List<String> spans, Optional<String> original, double probability) {
  public Restoration {
    spans = List.copyOf(spans);
  }

  /** A line of {@code restore --json}; an unknown original is an empty text there. */
  private record Json(
      String source, String text, List<String> spans, String original, double probability) {}

  @JsonValue
  private Json json() {
    return new Json(source, text, spans, original.orElse(""), probability);
  }
}
