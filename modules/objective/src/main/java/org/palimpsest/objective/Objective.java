package org.palimpsest.objective;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.preset.Objectives;

/**
 * An immutable description of how text is corrupted, what the model restores, and where the loss
 * counts. {@link Objectives} has the named objectives and reads those of a configuration.
 */
public interface Objective extends Serializable {
  /** The name in configurations, tables, and logs. */
  String name();

  /**
   * Checks this objective against a vocabulary and a block length, and makes a corruptor.
   *
   * @param blockTokens the longest block to corrupt, in raw tokens
   * @throws PalimpsestException of kind CONFIGURATION if it cannot work, for example without a mask
   *     token or with more spans than sentinels; the message says what to change
   */
  Corruptor corruptor(Vocabulary vocabulary, int blockTokens);

  /**
   * As above, for a vocabulary whose texts are known. Objectives that corrupt characters need them.
   */
  default Corruptor corruptor(TextCodec codec, int blockTokens) {
    return corruptor(codec.vocabulary(), blockTokens);
  }

  /** Whether corruptors read the texts of tokens, so that they need a {@link TextCodec}. */
  default boolean readsText() {
    return false;
  }

  /** This objective without what it does to characters. */
  default Objective ofTokens() {
    return this;
  }

  /** Source and target lengths for blocks of {@code rawTokens}. */
  Lengths lengths(Vocabulary vocabulary, int rawTokens);

  /**
   * What this objective needs of a vocabulary for blocks of {@code blockTokens}; a tokenizer that
   * is trained for it gets these tokens.
   */
  default Needs needs(int blockTokens) {
    return new Needs(0, false, List.of());
  }

  /**
   * The complete configuration of this objective. {@link Objectives#parse} makes an equal objective
   * from it.
   */
  default Map<String, Object> describe() {
    return Map.of("name", name());
  }

  /**
   * Lengths of corrupted examples, {@code <s>} and {@code </s>} included, for blocks without {@code
   * </s>} inside, whose every token is a word. A longest length leaves room for the mean and six
   * deviations where no number is the largest possible one.
   *
   * @param meanSource expected source length
   * @param maxSource longest possible source
   * @param meanTarget expected target length
   * @param maxTarget longest possible target
   */
  record Lengths(double meanSource, int maxSource, double meanTarget, int maxTarget)
      implements Serializable {}
}
