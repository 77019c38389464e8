package org.palimpsest.corpus.prepare;

import org.palimpsest.base.KeyedHash;
import org.palimpsest.corpus.clean.Copies;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.ReadingId;

/**
 * Documents as often as the whole part of their weight says, and once more with the probability
 * that its fraction says, by a hash of (seed, id).
 */
record Repetition(long seed) implements Copies {
  private static final long COPIES = 5;

  @Override
  public int of(Document document) {
    double weight = document.weight();
    int whole = (int) weight;
    if (weight == whole) {
      return whole;
    }
    ReadingId id = document.id();
    long hash = KeyedHash.of(KeyedHash.of(seed, COPIES), id.high(), id.low());
    return KeyedHash.unit(hash) < weight - whole ? whole + 1 : whole;
  }
}
