package org.palimpsest.corpus.prepare;

import java.io.Serializable;
import java.util.Comparator;

/**
 * Where in the corpus a document belongs: a partition of the shuffle, and its place among the
 * others there, which is its id under the seed's bijection.
 *
 * @param content a hash of what it says, for records of one source may have the same id
 */
public record LaneKey(int partition, long place, long tie, long content) implements Serializable {
  /** Unsigned, so that places are evenly spread from the first to the last. */
  static final Comparator<LaneKey> BY_PLACE = new ByPlace();

  private static final class ByPlace implements Comparator<LaneKey>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(LaneKey a, LaneKey b) {
      if (a.partition != b.partition) {
        return Integer.compare(a.partition, b.partition);
      }
      if (a.place != b.place) {
        return Long.compareUnsigned(a.place, b.place);
      }
      return a.tie == b.tie
          ? Long.compare(a.content, b.content)
          : Long.compareUnsigned(a.tie, b.tie);
    }
  }
}
