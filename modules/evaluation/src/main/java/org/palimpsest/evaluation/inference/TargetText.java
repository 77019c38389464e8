package org.palimpsest.evaluation.inference;

import org.palimpsest.model.spec.SpecialTokens;
import org.palimpsest.objective.DenoisingExample;

/** A text that a model is to write as a whole, with the special tokens of the model. */
record TargetText(TrainedModel model, int[] ids) {

  /** The example whose source is given; the loss counts at every position of the target. */
  DenoisingExample after(int[] source) {
    SpecialTokens tokens = model.spec().tokens();
    DenoisingExample example = new DenoisingExample(source.length + ids.length + 2);
    example.begin(0, ids.length);
    for (int id : source) {
      example.appendSource(id);
    }
    int previous = tokens.decoderStart();
    if (model.beginsWithBos()) {
      previous = append(example, previous, tokens.bos());
    }
    for (int id : ids) {
      previous = append(example, previous, id);
    }
    int unused = append(example, previous, tokens.eos());
    return example;
  }

  private static int append(DenoisingExample example, int previous, int id) {
    example.appendTarget(previous, example.targetLength(), id, DenoisingExample.CORRUPTED, true);
    return id;
  }
}
