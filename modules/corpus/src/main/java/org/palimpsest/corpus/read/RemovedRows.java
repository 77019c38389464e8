package org.palimpsest.corpus.read;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.palimpsest.corpus.read.SplitLanes.Place;

/** The rows of lanes that readers pass over. Holds 8 bytes for each. */
final class RemovedRows implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long[] NO_ROWS = {};

  /** Ascending rows of each lane that has any. */
  private final Map<Integer, long[]> byLane;

  private RemovedRows(Map<Integer, long[]> byLane) {
    this.byLane = new HashMap<>(byLane);
  }

  static RemovedRows none() {
    return new RemovedRows(Map.of());
  }

  /** Finds the rows of blocks, those aside that the lanes do not have. */
  static RemovedRows of(SplitLanes lanes, LongStream ids) {
    Map<Integer, LongStream.Builder> rows = new TreeMap<>();
    ids.forEach(
        id -> {
          Place place = lanes.place(id);
          if (place != null) {
            rows.computeIfAbsent(place.lane(), lane -> LongStream.builder()).add(place.row());
          }
        });
    Map<Integer, long[]> byLane = new HashMap<>();
    rows.forEach((lane, all) -> byLane.put(lane, all.build().sorted().distinct().toArray()));
    return new RemovedRows(byLane);
  }

  private long[] of(int lane) {
    return byLane.getOrDefault(lane, NO_ROWS);
  }

  long count(int lane) {
    return of(lane).length;
  }

  boolean contains(int lane, long row) {
    return Arrays.binarySearch(of(lane), row) >= 0;
  }

  /** Returns how many rows before one are removed. */
  long countBefore(int lane, long row) {
    int found = Arrays.binarySearch(of(lane), row);
    return found < 0 ? -found - 1 : found;
  }

  /** Returns the row of a lane that is the given one, from 0, of those that are not removed. */
  long storedRow(int lane, long number) {
    if (byLane.isEmpty()) {
      return number;
    }
    long[] rows = of(lane);
    int low = 0;
    int high = rows.length;
    // As many rows stay before the i-th removed one as its row number is above i.
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (rows[middle] - middle <= number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return number + low;
  }
}
