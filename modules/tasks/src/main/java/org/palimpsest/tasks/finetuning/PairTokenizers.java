package org.palimpsest.tasks.finetuning;

import java.io.Serializable;
import java.util.Map;
import org.palimpsest.corpus.tokenize.TokenizerFile;

/**
 * The tokenizers of pairs, which have the same entries.
 *
 * @param source of the texts that the model reads
 * @param target of the texts that it writes; mostly the same
 */
record PairTokenizers(TokenizerFile source, TokenizerFile target) implements Serializable {
  /** The setting that names the second tokenizer where it differs from the first. */
  static final String TARGET = "target-tokenizer";

  /** Returns the settings that name them in the manifest of encoded pairs. */
  Map<String, String> identity() {
    String first = source.sha256();
    String second = target.sha256();
    return first.equals(second)
        ? Map.of("tokenizer", first)
        : Map.of("tokenizer", first, TARGET, second);
  }
}
