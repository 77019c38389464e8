package org.palimpsest.corpus.read;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The lanes of a split by generation, and the ids of their blocks.
 *
 * <p>Block g of a generation is row g div P of its lane g mod P, where P is its number of lanes.
 * The ids of a later generation follow the last possible id of the previous one. Lanes differ in
 * length, so ids have gaps at the end of a generation.
 */
final class SplitLanes implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String[] files;
  private final long[] sizes;
  private final long[] rows;

  /** Number of lanes of each generation, and the first id and the first lane of each. */
  private final int[] generationLanes;

  private final int[] firstLane;
  private final long[] firstId;
  private final RemovedRows removed;

  /**
   * Takes the lanes of the first generations.
   *
   * @param lanes of all generations
   * @param generationLanes number of lanes of each generation that is taken
   */
  SplitLanes(List<Manifest.LaneEntry> lanes, int[] generationLanes) {
    removed = RemovedRows.none();
    List<Manifest.LaneEntry> taken = lanes.subList(0, Arrays.stream(generationLanes).sum());
    files = taken.stream().map(lane -> lane.file().name()).toArray(String[]::new);
    sizes = taken.stream().mapToLong(lane -> lane.file().size()).toArray();
    rows = taken.stream().mapToLong(Manifest.LaneEntry::rows).toArray();
    this.generationLanes = generationLanes.clone();
    firstLane = new int[generationLanes.length];
    firstId = new long[generationLanes.length];
    for (int g = 1; g < generationLanes.length; g++) {
      firstLane[g] = firstLane[g - 1] + generationLanes[g - 1];
      long longest = Arrays.stream(rows, firstLane[g - 1], firstLane[g]).max().orElse(0);
      firstId[g] = firstId[g - 1] + longest * generationLanes[g - 1];
    }
  }

  private SplitLanes(SplitLanes all, RemovedRows removed) {
    files = all.files;
    sizes = all.sizes;
    rows = all.rows;
    generationLanes = all.generationLanes;
    firstLane = all.firstLane;
    firstId = all.firstId;
    this.removed = removed;
  }

  /** Returns the same lanes without some of their blocks. */
  SplitLanes without(RemovedRows rowsToPassOver) {
    return new SplitLanes(this, rowsToPassOver);
  }

  int count() {
    return files.length;
  }

  int generations() {
    return generationLanes.length;
  }

  String file(int lane) {
    return files[lane];
  }

  long size(int lane) {
    return sizes[lane];
  }

  /** Returns the number of blocks that readers see in a lane. */
  long rows(int lane) {
    return lane < rows.length ? rows[lane] - removed.count(lane) : 0;
  }

  /** Returns the number of blocks that readers see in all lanes before one. */
  long rowsBefore(int lane) {
    return IntStream.range(0, lane).mapToLong(this::rows).sum();
  }

  /** Returns the number of blocks that readers see in each lane. */
  long[] allRows() {
    return IntStream.range(0, count()).mapToLong(this::rows).toArray();
  }

  /** Returns the stored row of a block, by its number among those that readers see. */
  long storedRow(int lane, long number) {
    return removed.storedRow(lane, number);
  }

  boolean hasRemoved() {
    return IntStream.range(0, count()).anyMatch(this::hasRemoved);
  }

  boolean hasRemoved(int lane) {
    return removed.count(lane) > 0;
  }

  boolean isRemoved(int lane, long storedRow) {
    return removed.contains(lane, storedRow);
  }

  /** Returns the first lane of a generation, or the number of lanes if there is none. */
  int firstLane(int generation) {
    return generation < firstLane.length ? firstLane[generation] : count();
  }

  /** Returns what an order of the blocks of some generations is computed from. */
  BlockOrder.Shape shape(int from, int to, int rowGroupBlocks, int maxStreams) {
    return new BlockOrder.Shape(
        Arrays.copyOfRange(allRows(), firstLane(from), firstLane(to)),
        Arrays.copyOfRange(generationLanes, from, to),
        rowGroupBlocks,
        maxStreams);
  }

  /** Returns the id of the block in a stored row. */
  long id(int lane, long row) {
    int generation = firstLane.length - 1;
    while (firstLane[generation] > lane) {
      generation--;
    }
    return firstId[generation] + row * generationLanes[generation] + (lane - firstLane[generation]);
  }

  /** A block by its lane and its stored row. */
  record Place(int lane, long row) {}

  /** Returns where a block is among all blocks that readers see; -1 if it is removed. */
  long position(Place place) {
    return removed.contains(place.lane, place.row)
        ? -1
        : rowsBefore(place.lane) + place.row - removed.countBefore(place.lane, place.row);
  }

  /** Returns the place of a block, or null if no block has this id. */
  Place place(long id) {
    int generation = firstId.length - 1;
    while (generation > 0 && firstId[generation] > id) {
      generation--;
    }
    int of = generation < 0 ? 0 : generationLanes[generation];
    long inside = of == 0 ? -1 : id - firstId[generation];
    if (inside < 0) {
      return null;
    }
    int lane = firstLane[generation] + (int) (inside % of);
    return inside / of < rows[lane] ? new Place(lane, inside / of) : null;
  }
}
