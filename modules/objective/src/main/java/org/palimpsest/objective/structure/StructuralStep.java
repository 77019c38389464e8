package org.palimpsest.objective.structure;

import java.io.Serializable;
import java.util.Map;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.text.Rounding;

/** A change of the text's order or length before the noise mask is drawn. */
public interface StructuralStep extends Serializable {

  /** Changes the text in the edit buffer. */
  void apply(CorruptionContext bench);

  /** Expected number of tokens after the step. */
  double lengthAfter(double tokens);

  /** The most tokens after the step, for which a model must have room. */
  default int longestAfter(int tokens) {
    return Rounding.up(lengthAfter(tokens));
  }

  /** Whether the text lacks tokens of the block after the step, so that the target needs them. */
  default boolean changesText() {
    return false;
  }

  /** Whether it needs {@link CorruptionContext#codec()}. */
  default boolean readsText() {
    return false;
  }

  /** The configuration from which an equal step is read. */
  Map<String, Object> describe();
}
