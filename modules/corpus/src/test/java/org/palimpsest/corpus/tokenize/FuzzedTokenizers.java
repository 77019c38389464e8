package org.palimpsest.corpus.tokenize;

import java.nio.file.Path;
import java.util.Map;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.corpus.ImportedTokenizers;
import org.palimpsest.model.fuzz.Fuzzer;
import org.palimpsest.model.fuzz.Mutator;

/** Reads damaged {@code tokenizer.json} files of every kind, and encodes a text with them. */
final class FuzzedTokenizers {
  private static final String TEXT = "the house <mask> then über 今天 </s> x";

  private FuzzedTokenizers() {}

  public static void main(String[] arguments) throws Exception {
    Fuzzer.main(FuzzedTokenizers::targets, arguments);
  }

  private static Map<String, Fuzzer.Target> targets(Path folder) {
    return Map.of(
        "tokenizer.json of byte pairs, trained here", target(CorpusForTests.tokenizer()),
        "tokenizer.json of byte pairs", target(ImportedTokenizers.bytePairs().file()),
        "tokenizer.json of unigrams", target(ImportedTokenizers.unigram().file()),
        "tokenizer.json of word pieces", target(ImportedTokenizers.wordPiece().file()));
  }

  private static Fuzzer.Target target(TokenizerFile valid) {
    byte[] json = valid.json();
    return seed -> {
      // Not the tokenizer of the file, which stays in memory.
      Tokenizer tokenizer = new Tokenizer(new TokenizerFile(Mutator.text(json, seed)));
      int[] ids = tokenizer.encode(TEXT);
      String unused = tokenizer.decode(ids);
      new TextEncoder(tokenizer).encode(TEXT);
    };
  }
}
