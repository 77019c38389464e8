package org.palimpsest.corpus.tokenize;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.corpus.ImportedTokenizers;
import org.palimpsest.corpus.PrecompiledMaps;
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
        "tokenizer.json of word pieces", target(ImportedTokenizers.wordPiece().file()),
        "precompiled_charsmap", FuzzedTokenizers::characterMap);
  }

  private static void characterMap(long seed) {
    String unigram = new String(ImportedTokenizers.unigram().file().json(), StandardCharsets.UTF_8);
    byte[] map = Mutator.binary(PrecompiledMaps.replacing('h', "über"), seed);
    read(
        CorpusForTests.utf8(
            unigram.replace("{\"type\": \"NFKC\"}", PrecompiledMaps.normalizer(map))));
  }

  private static Fuzzer.Target target(TokenizerFile valid) {
    byte[] json = valid.json();
    return seed -> read(Mutator.text(json, seed));
  }

  private static void read(byte[] json) {
    // Not the tokenizer of the file, which stays in memory.
    Tokenizer tokenizer = new Tokenizer(new TokenizerFile(json));
    int[] ids = tokenizer.encode(TEXT);
    String unused = tokenizer.decode(ids);
    new TextEncoder(tokenizer).encode(TEXT);
  }
}
