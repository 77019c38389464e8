package org.palimpsest.evaluation.inference;

import org.palimpsest.model.batch.TargetFrame;
import org.palimpsest.model.spec.SpecialTokens;
import org.palimpsest.objective.DenoisingExample;

/**
 * A text that a model is to write as a whole, with the special tokens of the model.
 *
 * @param start id before the text, or NONE
 */
record TargetText(SpecialTokens tokens, int start, int[] ids) {

  /** The example whose source is given; the loss counts at every position of the target. */
  DenoisingExample after(int[] source) {
    DenoisingExample example = new DenoisingExample(source.length + ids.length + 2);
    example.begin(0, ids.length);
    for (int id : source) {
      example.appendSource(id);
    }
    TargetFrame.append(example, tokens, start, ids);
    return example;
  }
}
