package org.palimpsest.corpus.prepare;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.lane.BlockBuffer;
import org.palimpsest.corpus.tokenize.EncodedDocument;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.objective.Vocabulary;

/**
 * Cuts the documents of each language into blocks of their own, whose last token is that of the
 * language. Languages take turns as their documents do, so that a lane mixes them.
 */
final class LanguageCutter {
  private final CorpusSettings.Blocks blocks;
  private final Tokenizer tokenizer;
  private final BlockCutter.Sink sink;
  private final BlockBuffer tagged;
  private final Map<Integer, BlockCutter> cutters = new TreeMap<>();

  LanguageCutter(CorpusSettings.Blocks blocks, Tokenizer tokenizer, BlockCutter.Sink sink) {
    this.blocks = blocks;
    this.tokenizer = tokenizer;
    this.sink = sink;
    tagged = new BlockBuffer(blocks.size());
  }

  /**
   * Adds a document.
   *
   * @param language the token of its language, or {@link Vocabulary#NONE}
   */
  void add(EncodedDocument document, int language) throws IOException {
    cutters.computeIfAbsent(language, this::cutter).add(document);
  }

  private BlockCutter cutter(int language) {
    return language == Vocabulary.NONE
        ? BlockCutter.of(blocks.policy(), tokenizer, blocks.size(), sink)
        : BlockCutter.of(
            blocks.policy(), tokenizer, blocks.size() - 1, block -> write(block, language));
  }

  private void write(BlockBuffer block, int language) throws IOException {
    tagged.copy(block);
    tagged.append(language, 0);
    sink.write(tagged);
  }

  /** Writes the remaining tokens of all languages. */
  void finish() throws IOException {
    for (BlockCutter cutter : cutters.values()) {
      cutter.finish();
    }
  }
}
