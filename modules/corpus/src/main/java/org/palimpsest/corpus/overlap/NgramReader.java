package org.palimpsest.corpus.overlap;

import java.util.BitSet;
import org.palimpsest.base.SplitMix;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

/**
 * Hashes the n-grams of documents, block by block in stored order; a document may go on in the next
 * block. Separators and languages are no part of a document. A document with fewer tokens is one
 * n-gram. A rolling hash: the cost of a token does not depend on n.
 */
final class NgramReader {
  private static final long BASE = SplitMix.GOLDEN;

  /** Takes n-grams and ends of documents. */
  interface Sink {
    void ngram(long hash);

    void documentEnded();
  }

  private final BitSet control;
  private final Sink sink;
  private final long[] window;
  private final long oldest;
  private long rolling;
  private int tokens;

  NgramReader(Vocabulary vocabulary, int ngram, Sink sink) {
    control = vocabulary.controlIds();
    this.sink = sink;
    window = new long[ngram];
    long power = 1;
    for (int k = 0; k < ngram; k++) {
      power *= BASE;
    }
    oldest = power;
  }

  void read(TokenBlock block) {
    int[] starts = block.documentStarts();
    int document = 0;
    for (int at = 0; at < block.length(); at++) {
      if (document < starts.length && starts[document] == at) {
        endDocument();
        document++;
      }
      if (!control.get(block.tokens()[at])) {
        add(block.tokens()[at]);
      }
    }
  }

  private void add(int token) {
    int slot = tokens % window.length;
    long value = SplitMix.mix(token + BASE);
    rolling = rolling * BASE + value - (tokens < window.length ? 0 : window[slot] * oldest);
    window[slot] = value;
    if (++tokens >= window.length) {
      sink.ngram(SplitMix.mix(rolling));
    }
  }

  /** Ends the document, if there is one. */
  void endDocument() {
    if (tokens == 0) {
      return;
    }
    if (tokens < window.length) {
      sink.ngram(SplitMix.mix(rolling + tokens));
    }
    sink.documentEnded();
    rolling = 0;
    tokens = 0;
  }
}
