package org.palimpsest.objective;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.preset.Objectives;

/**
 * How text is damaged, what is to be restored, and where the loss counts: a value without state.
 * {@link Objectives} knows the named ones and reads those of a configuration.
 */
public interface Objective extends Serializable {
  /** The name it is known by in configurations, tables and logs. */
  String name();

  /**
   * Checks this objective against a vocabulary and a block length, and makes a corruptor.
   *
   * @param blockTokens the longest block it shall damage, in raw tokens
   * @throws PalimpsestException of kind CONFIGURATION if it cannot work: no mask token, more spans
   *     than sentinels, … in one sentence that says what to change
   */
  Corruptor corruptor(Vocabulary vocabulary, int blockTokens);

  /** Source and target lengths for blocks of {@code rawTokens}. */
  Lengths lengths(Vocabulary vocabulary, int rawTokens);

  /**
   * What this objective asks of a vocabulary for blocks of {@code blockTokens}, so that a tokenizer
   * can be trained with it.
   */
  default Needs needs(int blockTokens) {
    return new Needs(0, false, List.of());
  }

  /**
   * The complete form in which a configuration gives this objective, for display and for keeping:
   * {@link Objectives#parse} makes an equal objective of it.
   */
  default Map<String, Object> describe() {
    return Map.of("name", name());
  }

  /**
   * Lengths of damaged examples, {@code <s>} and {@code </s>} included, for blocks without {@code
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
