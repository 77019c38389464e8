package org.palimpsest.corpus.prepare;

import java.io.IOException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.lane.BlockBuffer;
import org.palimpsest.corpus.tokenize.EncodedDocument;
import org.palimpsest.corpus.tokenize.Tokenizer;

/** Cuts the documents of a lane, in order, into blocks. Its memory does not grow with the lane. */
public sealed interface BlockCutter permits Concatenation, FirstFit {

  /** Receives finished blocks. The cutter reuses the buffer afterwards. */
  interface Sink {
    void write(BlockBuffer block) throws IOException;
  }

  /** Returns the cutter of a policy. */
  static BlockCutter of(
      CorpusSettings.Policy policy, Tokenizer tokenizer, int blockSize, Sink sink) {
    return switch (policy) {
      case APART -> new FirstFit(tokenizer, blockSize, sink);
      case CONCATENATE -> new Concatenation(tokenizer, blockSize, sink);
    };
  }

  void add(EncodedDocument document) throws IOException;

  /** Writes the remaining tokens, if any. */
  void finish() throws IOException;
}
