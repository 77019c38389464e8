package org.palimpsest.corpus.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.Set;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RowGroupStreamsTest {
  private record Place(int lane, long row) {}

  private static RowGroupStreams order(
      List<Integer> lanes, int rowGroup, int streams, long seed, int batch) {
    long[] rows = lanes.stream().mapToLong(Integer::longValue).toArray();
    Assume.that(Arrays.stream(rows).sum() > 0);
    return order(rows, rowGroup, streams, seed, batch);
  }

  private static RowGroupStreams order(
      long[] rows, int rowGroup, int streams, long seed, int batch) {
    BlockOrder.Shape shape = new BlockOrder.Shape(rows, new int[] {rows.length}, rowGroup, streams);
    return (RowGroupStreams) BlockOrder.of(BlockOrder.Kind.ROW_GROUPS, shape, seed, batch);
  }

  private static List<Place> places(BlockOrder order, long from, long count) {
    BlockOrder.Cursor cursor = order.cursor();
    List<Place> places = new ArrayList<>();
    for (long position = from; position < from + count; position++) {
      cursor.moveTo(position);
      places.add(new Place(cursor.lane(), cursor.row()));
    }
    return places;
  }

  private static List<Place> epoch(BlockOrder order, long epoch) {
    return places(order, epoch * order.blocks(), order.blocks());
  }

  @Property(tries = 500)
  void visitsEveryBlockOncePerEpoch(
      @ForAll @Size(min = 1, max = 9) List<@IntRange(max = 40) Integer> lanes,
      @ForAll @IntRange(min = 1, max = 12) int rowGroup,
      @ForAll @IntRange(min = 1, max = 70) int streams,
      @ForAll @IntRange(min = 1, max = 90) int batch,
      @ForAll long seed,
      @ForAll @LongRange(max = 1000) long epoch) {
    BlockOrder order = order(lanes, rowGroup, streams, seed, batch);
    Set<Place> expected = new HashSet<>();
    for (int lane = 0; lane < lanes.size(); lane++) {
      for (long row = 0; row < lanes.get(lane); row++) {
        expected.add(new Place(lane, row));
      }
    }
    assertThat(epoch(order, epoch)).hasSize(expected.size()).hasSameElementsAs(expected);
  }

  @Property(tries = 200)
  void movesTheCursorToAnyPosition(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 30) Integer> lanes,
      @ForAll @IntRange(min = 1, max = 9) int rowGroup,
      @ForAll @IntRange(min = 1, max = 20) int batch,
      @ForAll long seed,
      @ForAll @Size(min = 1, max = 20) List<@LongRange(max = 400) Long> jumps) {
    BlockOrder order = order(lanes, rowGroup, 64, seed, batch);
    BlockOrder.Cursor jumping = order.cursor();
    List<Place> inOrder = places(order, 0, 401);
    for (long position : jumps) {
      jumping.moveTo(position);
      assertThat(new Place(jumping.lane(), jumping.row())).isEqualTo(inOrder.get((int) position));
    }
  }

  /** Counts what one worker reads in an epoch, and the row groups that it holds at most. */
  private static final class Work {
    private final RowGroupBuffers<Integer> buffers = new RowGroupBuffers<>((lane, group) -> group);
    private long held;

    Work(BlockOrder order, int rowGroup, WorkerSlice slice, long steps) {
      BlockOrder.Cursor cursor = order.cursor();
      PrimitiveIterator.OfLong positions = slice.positions();
      for (long i = 0; i < steps * slice.blocksPerStep(); i++) {
        cursor.moveTo(positions.nextLong());
        long before = buffers.loaded();
        buffers.get(cursor, (int) (cursor.row() / rowGroup));
        held = buffers.loaded() == before ? held : Math.max(held, buffers.held());
      }
    }
  }

  /** What the check of the heap counts, for both orders. */
  @Property(tries = 200)
  void aWorkerHoldsNoMoreThanItsOrderSays(
      @ForAll BlockOrder.Kind kind,
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 60) Integer> lanes,
      @ForAll @IntRange(min = 1, max = 8) int rowGroup,
      @ForAll @IntRange(min = 1, max = 24) int batch,
      @ForAll @IntRange(min = 1, max = 24) int workers,
      @ForAll long seed) {
    long[] rows = lanes.stream().mapToLong(Integer::longValue).toArray();
    BlockOrder.Shape shape = new BlockOrder.Shape(rows, new int[] {rows.length}, rowGroup, 16);
    BlockOrder order = BlockOrder.of(kind, shape, seed, batch);
    for (int rank = 0; rank < workers; rank++) {
      RowGroupBuffers<Long> buffers =
          new RowGroupBuffers<>(
              (lane, group) -> Math.min(rowGroup, rows[lane] - (long) group * rowGroup));
      WorkerSlice slice = new WorkerSlice(0, batch, rank, workers);
      ReadOrder read = new ReadOrder.OfSlice(PhaseOrder.whole(order, slice.batchBlocks()), slice);
      for (long i = 0; i < 2 * order.blocks() / batch * slice.blocksPerStep(); i++) {
        BlockOrder.Cursor at = read.advance();
        assertThat(buffers.get(at, (int) (at.row() / rowGroup))).isPositive();
        assertThat(buffers.held(Long::longValue))
            .isLessThanOrEqualTo(order.rowGroupsHeld(workers) * rowGroup);
      }
    }
  }

  /** The aim: all workers together read each row group about once, whatever their number. */
  @Property(tries = 100)
  void allWorkersTogetherReadEachRowGroupOnceAndOnceMoreWhereTwoStreamsMeet(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 200) Integer> lanes,
      @ForAll @IntRange(min = 1, max = 8) int rowGroup,
      @ForAll @IntRange(min = 1, max = 24) int batch,
      @ForAll @IntRange(min = 1, max = 24) int workers,
      @ForAll long seed) {
    RowGroupStreams order = order(lanes, rowGroup, 1000, seed, batch);
    long steps = order.blocks() / batch;
    long read = 0;
    for (int rank = 0; rank < workers; rank++) {
      read +=
          new Work(order, rowGroup, new WorkerSlice(0, batch, rank, workers), steps)
              .buffers.loaded();
    }
    long groups = lanes.stream().mapToLong(rows -> (rows + rowGroup - 1) / rowGroup).sum();
    // A boundary of streams, of workers, and of chunks of short row groups reads one group again.
    long boundaries = order.streams() + workers;
    assertThat(read).isLessThanOrEqualTo(groups + 2L * boundaries + 2L * lanes.size());
  }

  @Test
  void fiveHundredWorkersReadACorpusOnce() {
    long[] rows = new long[256];
    Arrays.fill(rows, 16 * 256);
    RowGroupStreams order = order(rows, 16, 4096, 3, 1024);
    long steps = order.blocks() / 1024;
    for (int workers : new int[] {1, 8, 512, 1024}) {
      long read = 0;
      long held = 0;
      for (int rank = 0; rank < workers; rank += Math.max(1, workers / 8)) {
        Work work = new Work(order, 16, new WorkerSlice(0, 1024, rank, workers), steps);
        read += work.buffers.loaded();
        held = Math.max(held, work.held);
      }
      double ofAll = Math.max(1, workers / 8) * (double) read / (256 * 256);
      assertThat(ofAll).as("%d workers", workers).isBetween(1.0, 1.02);
      assertThat(held).as("%d workers", workers).isEqualTo(1024 / workers);
    }
  }

  @Property(tries = 100)
  void holdsOneChunkPerStreamOfTheWorker(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 100) Integer> lanes,
      @ForAll @IntRange(min = 1, max = 12) int batch,
      @ForAll @IntRange(min = 1, max = 12) int workers,
      @ForAll long seed) {
    Assume.that(workers <= batch);
    RowGroupStreams order = order(lanes, 4, 1000, seed, batch);
    int ofLargest = (batch + workers - 1) / workers;
    for (int rank = 0; rank < workers; rank++) {
      Work work =
          new Work(order, 4, new WorkerSlice(0, batch, rank, workers), order.blocks() / batch);
      // A chunk of short row groups may consist of up to four of them.
      assertThat(work.held)
          .isLessThanOrEqualTo((order.streams() * ofLargest + batch - 1) / batch + 1 + 3L);
    }
  }

  @Test
  void theBlocksOfAStepComeFromDifferentRowGroups() {
    long[] rows = new long[64];
    Arrays.fill(rows, 40 * 16);
    BlockOrder order = order(rows, 16, 1000, 5, 32);
    for (int step = 0; step < order.blocks() / 32; step++) {
      Set<List<Long>> groups = new HashSet<>();
      for (Place place : places(order, step * 32L, 32)) {
        groups.add(List.of((long) place.lane(), place.row() / 16));
      }
      // Two streams are in the same chunk for a short time where the second one begins in it.
      assertThat(groups).hasSizeGreaterThanOrEqualTo(28);
    }
  }

  @Test
  void aHundredBillionBlocksBeginAtOnceInConstantMemory() throws IOException {
    long[] rows = new long[16_384];
    Arrays.fill(rows, 6_103_516);
    long begin = System.nanoTime();
    RowGroupStreams order = order(rows, 256, 2048, 11, 4096);
    BlockOrder.Cursor cursor = order.cursor();
    long middle = order.blocks() * 3 + order.blocks() / 2;
    Set<Place> places = new HashSet<>();
    for (long position = middle; position < middle + 100_000; position++) {
      cursor.moveTo(position);
      places.add(new Place(cursor.lane(), cursor.row()));
      assertThat(cursor.row()).isBetween(0L, rows[cursor.lane()] - 1);
    }
    assertThat(order.blocks()).isGreaterThan(100_000_000_000L);
    assertThat(places).hasSize(100_000);
    assertThat((System.nanoTime() - begin) / 1e9).isLessThan(5);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(order);
    }
    assertThat(bytes.size()).isLessThan(500_000);
  }

  @Test
  void ordersDifferByEpochAndSeed() {
    long[] lanes = {50, 60, 40};
    List<Place> first = epoch(order(lanes, 16, 64, 1, 8), 0);
    assertThat(epoch(order(lanes, 16, 64, 1, 8), 0)).isEqualTo(first);
    assertThat(epoch(order(lanes, 16, 64, 1, 8), 1)).isNotEqualTo(first);
    assertThat(epoch(order(lanes, 16, 64, 2, 8), 0)).isNotEqualTo(first);
  }

  /** Runs on users' disks depend on it. */
  @Test
  void theOrderNeverChanges() {
    List<Place> places = epoch(order(new long[] {5, 3, 6, 0, 2}, 2, 4, 42, 3), 1);
    assertThat(places.stream().map(place -> place.lane() + ":" + place.row()))
        .containsExactly(
            "4:1", "2:5", "0:4", "4:0", "2:3", "0:1", "1:1", "2:4", "0:2", "1:0", "1:2", "0:0",
            "2:1", "2:2", "0:3", "2:0");
  }
}
