package org.palimpsest.evaluation.measure;

import java.util.List;

/** Something that a study measures of every model. Its noise depends on no model. */
public interface Measure {
  /**
   * Measures.
   *
   * @return none if it does not apply to the subject: a baseline has no loss
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT if the corpus has no text for it
   */
  List<Figure> of(Subject subject);
}
