package org.palimpsest.corpus.prepare;

import java.io.IOException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.lane.BlockBuffer;
import org.palimpsest.corpus.tokenize.EncodedDocument;
import org.palimpsest.corpus.tokenize.Tokenizer;

/**
 * Cuts the documents of a lane, in their order, into blocks. Memory does not grow with the lane.
 */
public sealed interface BlockCutter permits Concatenation, FirstFit {

  /** Takes a finished block; the buffer is filled again afterwards. */
  interface Sink {
    void write(BlockBuffer block) throws IOException;
  }

  /** The cutter of a policy. */
  static BlockCutter of(
      CorpusSettings.Policy policy, Tokenizer tokenizer, int blockSize, Sink sink) {
    return switch (policy) {
      case APART -> new FirstFit(tokenizer, blockSize, sink);
      case CONCATENATE -> new Concatenation(tokenizer, blockSize, sink);
    };
  }

  void add(EncodedDocument document) throws IOException;

  /** Writes what is left, if anything. */
  void finish() throws IOException;
}
