package org.palimpsest.corpus.clean;

import java.io.Serializable;
import java.util.Comparator;
import org.palimpsest.corpus.text.ReadingId;

/**
 * The sort key of a document in the search for duplicates.
 *
 * @param text fingerprint of its text
 * @param id its id
 */
record TextKey(ReadingId text, ReadingId id) implements Serializable {
  /** Orders by text, then by id. */
  static final Comparator<TextKey> BY_TEXT = new ByText();

  static int compare(ReadingId a, ReadingId b) {
    int high = Long.compareUnsigned(a.high(), b.high());
    return high != 0 ? high : Long.compareUnsigned(a.low(), b.low());
  }

  private static final class ByText implements Comparator<TextKey>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(TextKey a, TextKey b) {
      int text = TextKey.compare(a.text, b.text);
      return text != 0 ? text : TextKey.compare(a.id, b.id);
    }
  }
}
