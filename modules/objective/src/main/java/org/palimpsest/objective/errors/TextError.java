package org.palimpsest.objective.errors;

import java.io.Serializable;
import java.util.Map;
import org.palimpsest.objective.corruption.NoiseRandom;

/**
 * One kind of error in a text. Its strength has a unit: errors per character, where a character is
 * a grapheme cluster, as a reader counts it.
 */
public interface TextError extends Serializable {

  /**
   * Changes a text. Draws are taken from {@code random} alone, so that the same text of the same
   * example has the same errors everywhere.
   */
  void apply(TextDraft text, NoiseRandom random);

  /**
   * The share of characters of an ordinary text that have such an error; estimates how many tokens
   * a text is going to have.
   */
  double errorsPerCharacter();

  /** The configuration from which an equal error is read. */
  Map<String, Object> describe();
}
