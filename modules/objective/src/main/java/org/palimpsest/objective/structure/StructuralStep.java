package org.palimpsest.objective.structure;

import java.io.Serializable;
import java.util.Map;
import org.palimpsest.objective.corruption.CorruptionContext;

/** A change of the text's order or length before the noise mask is drawn. */
public interface StructuralStep extends Serializable {

  /** Changes the text in the edit buffer. */
  void apply(CorruptionContext bench);

  /** Expected number of tokens after the step. */
  double lengthAfter(double tokens);

  /** The configuration from which an equal step is read. */
  Map<String, Object> describe();
}
