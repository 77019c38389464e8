package org.palimpsest.corpus.tokenize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.bpe.BytePairTrainer;
import org.palimpsest.corpus.bpe.BytePairTrainer.Merge;
import org.palimpsest.corpus.bpe.BytePairTrainer.Naming;
import org.palimpsest.corpus.bpe.BytePairTrainer.Symbols;
import org.palimpsest.corpus.bpe.WordCount;
import org.palimpsest.objective.Vocabulary;

/**
 * Learns further entries of a tokenizer from words: the most frequent pairs of its entries become
 * entries, as in byte-pair encoding, whatever the kind of the tokenizer. The known entries keep
 * their ids, and words without a new entry in them are encoded as before.
 */
final class TokenizerExtension {
  private final TokenizerFile file;
  private final Tokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final ModelPart model;
  private final List<String> tokens = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final int known;

  /**
   * Prepares a tokenizer for further entries.
   *
   * @throws PalimpsestException of kind INPUT if it cannot have them
   */
  TokenizerExtension(TokenizerFile file) {
    this.file = file;
    tokenizer = file.tokenizer();
    vocabulary = tokenizer.vocabulary();
    known = vocabulary.size();
    model = ModelPart.of(file);
    TokenizerAdditions.requireContiguous(tokenizer, known);
    for (int id = 0; id < known; id++) {
      tokens.add(tokenizer.token(id));
      ids.put(tokenizer.token(id), id);
    }
  }

  /**
   * Learns entries.
   *
   * @param limit largest number of new entries
   * @param minFrequency rarer pairs do not become entries
   * @return the larger tokenizer; the same if nothing is frequent
   */
  TokenizerFile learned(List<WordCount> words, int limit, long minFrequency) {
    List<Symbols> symbols = new ArrayList<>();
    long total = 0;
    for (WordCount word : words) {
      int[] encoded = tokenizer.encodeContinuing(word.word());
      total += encoded.length * word.count();
      if (encoded.length > 1 && isOfText(encoded)) {
        symbols.add(new Symbols(encoded, word.count()));
      }
    }
    List<Merge> merges = BytePairTrainer.continued(symbols, this::named, limit, minFrequency);
    if (merges.isEmpty()) {
      return file;
    }
    model.takeIn(StoredTokens.parse(file.json()).ids());
    model.add(merges, tokens, known, total);
    TokenizerFile larger = model.file();
    if (larger.tokenizer().vocabulary().size() != tokens.size()) {
      throw new IllegalStateException("new entries have other ids than they were given");
    }
    return larger;
  }

  private boolean isOfText(int[] encoded) {
    for (int id : encoded) {
      boolean isByte = model.hasByteEntries() && tokens.get(id).startsWith("<0x");
      if (isByte || vocabulary.isSpecial(id) || id == vocabulary.unknown()) {
        return false;
      }
    }
    return true;
  }

  /** The id of a pair: a new one, or that of another new pair with the same text. */
  private int named(int left, int right) {
    String text = tokens.get(left) + tokens.get(right);
    int id = ids.getOrDefault(text, tokens.size());
    if (id < known) {
      return Naming.NONE;
    }
    if (id == tokens.size()) {
      tokens.add(text);
      ids.put(text, id);
    }
    return id;
  }
}
