package org.palimpsest.corpus.clean;

import java.io.Serializable;
import java.util.Comparator;
import org.palimpsest.corpus.text.ReadingId;

/**
 * A document in a bucket of candidates.
 *
 * @param bucket hash of a band and its values
 * @param id id of the document
 * @param text fingerprint of its text
 */
record BandKey(long bucket, ReadingId id, ReadingId text) implements Serializable {
  /** Orders by bucket, then by id. */
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
