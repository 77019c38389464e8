package org.palimpsest.corpus.prepare;

import org.palimpsest.base.KeyedHash;
import org.palimpsest.corpus.clean.Copies;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.ReadingId;

/**
 * Repeats documents by weight, their own times that of their language: the integer part of the
 * weight, plus one with a probability equal to its fraction, by a hash of (seed, id).
 */
record Repetition(long seed, LanguageWeights languages) implements Copies {
  private static final long COPIES = 5;

  @Override
  public int of(Document document) {
    double weight = document.weight() * languages.of(document);
    int whole = (int) weight;
    if (weight == whole) {
      return whole;
    }
    ReadingId id = document.id();
    long hash = KeyedHash.of(KeyedHash.of(seed, COPIES), id.high(), id.low());
    return KeyedHash.unit(hash) < weight - whole ? whole + 1 : whole;
  }
}
