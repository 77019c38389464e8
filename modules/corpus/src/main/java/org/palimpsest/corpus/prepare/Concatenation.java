package org.palimpsest.corpus.prepare;

import java.io.IOException;
import org.palimpsest.corpus.lane.BlockBuffer;
import org.palimpsest.corpus.tokenize.EncodedDocument;
import org.palimpsest.corpus.tokenize.Tokenizer;

/**
 * The policy "concatenate": joins the documents of a lane and cuts them into blocks. A separator
 * ends each document unless the block ends there too, because the corruptor ends every block with
 * one. Each block is therefore full, or one token short where only a separator would fit, or the
 * last one of its lane.
 */
final class Concatenation implements BlockCutter {
  private final Tokenizer tokenizer;
  private final int separator;
  private final BlockBuffer block;
  private final Sink sink;

  Concatenation(Tokenizer tokenizer, int blockSize, Sink sink) {
    this.tokenizer = tokenizer;
    this.separator = tokenizer.vocabulary().eos();
    this.block = new BlockBuffer(blockSize);
    this.sink = sink;
  }

  @Override
  public void add(EncodedDocument document) throws IOException {
    if (block.room() < 2) {
      flush();
    }
    if (block.length() > 0) {
      block.append(separator, 0);
    }
    block.beginDocument();
    block.addSource(document.source());
    int[] tokens = document.tokens();
    int[] starts = document.sentenceStarts();
    int sentence = 0;
    for (int i = 0; i < tokens.length; i++) {
      if (block.room() == 0) {
        flush();
        block.addSource(document.source());
      }
      boolean begins = sentence < starts.length && starts[sentence] == i;
      if (begins) {
        sentence++;
      }
      if (begins || block.length() == 0) {
        block.beginSentence();
      }
      block.append(tokens[i], tokenizer.utf8Length(tokens[i]));
    }
  }

  @Override
  public void finish() throws IOException {
    flush();
  }

  private void flush() throws IOException {
    if (block.length() > 0) {
      sink.write(block);
      block.clear();
    }
  }
}
