package org.palimpsest.corpus.examples;

import java.util.Map;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.Needs;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TextCodec;
import org.palimpsest.objective.Vocabulary;

/**
 * An objective that reads texts, with the tokenizer that knows them, on its way to executors. It
 * corrupts blocks of this tokenizer's ids; the corpus need not keep their text.
 *
 * @param objective one that {@link Objective#readsText}
 * @param tokenizer of the blocks
 */
public record TokenizedObjective(Objective objective, TokenizerFile tokenizer)
    implements Objective {
  private static final long serialVersionUID = 1L;

  /** An objective for blocks of a tokenizer: itself, if it does not read their texts. */
  public static Objective of(Objective objective, TokenizerFile tokenizer) {
    return objective.readsText() ? new TokenizedObjective(objective, tokenizer) : objective;
  }

  @Override
  public String name() {
    return objective.name();
  }

  /** With the texts of the own tokenizer, whose vocabulary this is. */
  @Override
  public Corruptor corruptor(Vocabulary vocabulary, int blockTokens) {
    return objective.corruptor(tokenizer.tokenizer(), blockTokens);
  }

  @Override
  public Corruptor corruptor(TextCodec codec, int blockTokens) {
    return objective.corruptor(codec, blockTokens);
  }

  @Override
  public boolean readsText() {
    return true;
  }

  @Override
  public Objective ofTokens() {
    return objective.ofTokens();
  }

  @Override
  public Lengths lengths(Vocabulary vocabulary, int rawTokens) {
    return objective.lengths(vocabulary, rawTokens);
  }

  @Override
  public Needs needs(int blockTokens) {
    return objective.needs(blockTokens);
  }

  @Override
  public Map<String, Object> describe() {
    return objective.describe();
  }
}
