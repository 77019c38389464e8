package org.palimpsest.objective.structure;

import java.io.Serializable;
import java.util.Map;
import org.palimpsest.objective.corruption.CorruptionContext;

/** A change of the text's order or length, before the noise mask is laid over it. */
public interface StructuralStep extends Serializable {

  /** Changes the text on the bench. */
  void apply(CorruptionContext bench);

  /** Expected number of tokens after the step, of so many before. */
  double lengthAfter(double tokens);

  /** The form in which a configuration gives it. */
  Map<String, Object> describe();
}
