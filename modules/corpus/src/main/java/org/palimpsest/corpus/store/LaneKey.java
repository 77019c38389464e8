package org.palimpsest.corpus.store;

import java.io.Serializable;
import java.util.Comparator;

/**
 * The position of a record in a sharded data set: a partition of the shuffle, and the sort key
 * within it. The sort key is a hash, so it does not depend on how Spark splits the input.
 *
 * @param partition partition of a {@link LanePartitioner}
 * @param place first sort key, compared as an unsigned number
 * @param tie second sort key, compared as an unsigned number
 * @param content last sort key, a hash of the content; records of one source may share an id
 */
public record LaneKey(int partition, long place, long tie, long content) implements Serializable {
  /** Orders keys by partition, then by place, tie and content. */
  public static final Comparator<LaneKey> BY_PLACE = new ByPlace();

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
