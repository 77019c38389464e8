package org.palimpsest.evaluation.inference;

import java.util.BitSet;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.storage.huggingface.ModelFolder;

/** Compares the tokenizer of a model folder with the model in it. */
final class TokenizerFit {
  private TokenizerFit() {}

  /**
   * Refuses a tokenizer whose texts the model has no rows for, or whose ends it does not know.
   *
   * @throws PalimpsestException of kind INPUT
   */
  static void require(ModelFolder folder, Vocabulary vocabulary) {
    ModelSpec spec = folder.spec();
    BitSet rowless = vocabulary.controlIds();
    if (rowless.nextClearBit(spec.vocabulary()) < vocabulary.size()) {
      throw mismatch(
          folder,
          "has " + vocabulary.size() + " entries, but its model has only " + spec.vocabulary());
    }
    if (vocabulary.eos() != spec.eos() || vocabulary.pad() != spec.pad()) {
      throw mismatch(
          folder,
          "has the ids %d and %d for </s> and <pad>, but its model has %d and %d"
              .formatted(vocabulary.eos(), vocabulary.pad(), spec.eos(), spec.pad()));
    }
  }

  private static PalimpsestException mismatch(ModelFolder folder, String why) {
    return PalimpsestException.input(
        "The tokenizer in "
            + folder.path()
            + " "
            + why
            + ": replace it with the tokenizer.json that the model was trained with.");
  }
}
