package org.palimpsest.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.objective.TokenBlock;

/**
 * Blocks cut from documents in the order in which they come, as the preparation cuts a lane, but
 * without a corpus: to look at text, not to train on it. Rejected records are left out. Holds the
 * blocks of one document. One thread.
 */
public final class TextBlocks implements Iterator<TokenBlock> {
  private final Iterator<Reading> readings;
  private final TextEncoder encoder;
  private final BlockCutter cutter;
  private final ArrayDeque<TokenBlock> ready = new ArrayDeque<>();
  private long blocks;
  private boolean finished;

  /**
   * @param blockSize tokens in a block
   */
  public TextBlocks(
      Iterator<Reading> readings,
      Tokenizer tokenizer,
      CorpusSettings.Policy policy,
      int blockSize) {
    this.readings = readings;
    encoder = new TextEncoder(tokenizer);
    cutter =
        BlockCutter.of(policy, tokenizer, blockSize, block -> ready.add(block.block(blocks++)));
  }

  @Override
  public boolean hasNext() {
    try {
      while (ready.isEmpty() && readings.hasNext()) {
        if (readings.next() instanceof Document document) {
          cutter.add(encoder.encode(document.text()));
        }
      }
      if (ready.isEmpty() && !finished) {
        finished = true;
        cutter.finish();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return !ready.isEmpty();
  }

  @Override
  public TokenBlock next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the text has ended");
    }
    return ready.remove();
  }
}
