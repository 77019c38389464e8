package org.palimpsest.model.spec;

import java.io.Serializable;
import org.palimpsest.objective.Vocabulary;

/**
 * Ids that begin, end and pad sequences.
 *
 * @param bos id of {@code <s>}, or {@link Vocabulary#NONE}
 * @param pad id of {@code <pad>}
 * @param eos id of {@code </s>}
 * @param decoderStart first input of the decoder
 */
public record SpecialTokens(int bos, int pad, int eos, int decoderStart) implements Serializable {

  /** The special tokens of a vocabulary. */
  public static SpecialTokens of(Vocabulary vocabulary) {
    return new SpecialTokens(
        vocabulary.bos(), vocabulary.pad(), vocabulary.eos(), vocabulary.decoderStart());
  }

  /** The same with another first input of the decoder. */
  public SpecialTokens withDecoderStart(int id) {
    return new SpecialTokens(bos, pad, eos, id);
  }
}
