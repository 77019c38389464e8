package org.palimpsest.corpus.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.palimpsest.corpus.clean.Cleaner;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.BlockCutter;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.tokenize.TextEncoder;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.objective.TokenBlock;

/**
 * Cuts documents into blocks without writing a corpus, for inspecting text: documents are cleaned
 * and cut as in a preparation, in the order of the input. Rejected records are dropped; duplicates
 * are kept. Holds the blocks of one document. Not thread-safe.
 */
public final class TextBlocks implements Iterator<TokenBlock> {
  private final Iterator<Reading> readings;
  private final Cleaner cleaner;
  private final CleaningCounts cleaned = CleaningCounts.none();
  private final TextEncoder encoder;
  private final BlockCutter cutter;
  private final ArrayDeque<TokenBlock> ready = new ArrayDeque<>();
  private long blocks;
  private boolean finished;

  /**
   * Creates the blocks of documents.
   *
   * @param settings how documents are cleaned and cut into blocks
   */
  public TextBlocks(Iterator<Reading> readings, Tokenizer tokenizer, CorpusSettings settings) {
    this.readings = readings;
    cleaner = new Cleaner(settings.cleaning());
    encoder = new TextEncoder(tokenizer);
    cutter =
        BlockCutter.of(
            settings.policy(),
            tokenizer,
            settings.blockSize(),
            block -> ready.add(block.block(blocks++)));
  }

  @Override
  public boolean hasNext() {
    try {
      while (ready.isEmpty() && readings.hasNext()) {
        if (readings.next() instanceof Document document) {
          add(cleaner.clean(document, cleaned));
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

  private void add(Document document) throws IOException {
    if (document != null) {
      cutter.add(encoder.encode(document.text()));
    }
  }

  @Override
  public TokenBlock next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the text has ended");
    }
    return ready.remove();
  }
}
