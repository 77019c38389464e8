package org.palimpsest.model.spec;

import java.io.Serializable;
import org.palimpsest.objective.Vocabulary;

/**
 * The ids that a model begins, ends and fills sequences with.
 *
 * @param bos id of {@code <s>}, or {@link Vocabulary#NONE}
 * @param pad id of {@code <pad>}
 * @param eos id of {@code </s>}
 * @param decoderStart what the decoder reads first
 */
public record SpecialTokens(int bos, int pad, int eos, int decoderStart) implements Serializable {

  /** Those of a vocabulary. */
  public static SpecialTokens of(Vocabulary vocabulary) {
    return new SpecialTokens(
        vocabulary.bos(), vocabulary.pad(), vocabulary.eos(), vocabulary.decoderStart());
  }
}
