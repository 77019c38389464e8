package org.palimpsest.corpus;

import org.palimpsest.corpus.text.ReadingId;

/**
 * A document on its way to a lane.
 *
 * @param tokens its ids, without separator
 * @param sentenceStarts offsets at which sentences begin; the first is 0
 * @param text fingerprint of its text, where duplicates are searched
 */
record EncodedDocument(int[] tokens, int[] sentenceStarts, ReadingId text) implements Shuffled {
  /** A document that nobody will compare with others. */
  EncodedDocument(int[] tokens, int[] sentenceStarts) {
    this(tokens, sentenceStarts, ReadingId.NONE);
  }

  EncodedDocument withText(ReadingId fingerprint) {
    return new EncodedDocument(tokens, sentenceStarts, fingerprint);
  }
}
