package org.palimpsest.corpus.clean;

import java.io.Serializable;
import java.util.Comparator;
import org.palimpsest.corpus.text.ReadingId;

/**
 * A document among those that may be like it.
 *
 * @param bucket what they have in common: a band of the sketch and its values
 * @param id the document's id
 * @param text fingerprint of its text
 */
record BandKey(long bucket, ReadingId id, ReadingId text) implements Serializable {
  /** Buckets one after the other, the smallest id first. */
  static final Comparator<BandKey> BY_BUCKET = new ByBucket();

  private static final class ByBucket implements Comparator<BandKey>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(BandKey a, BandKey b) {
      int bucket = Long.compare(a.bucket, b.bucket);
      if (bucket != 0) {
        return bucket;
      }
      int id = TextKey.compare(a.id, b.id);
      return id != 0 ? id : TextKey.compare(a.text, b.text);
    }
  }
}
