package org.palimpsest.corpus.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.KeyedHash;

class BlockOrderTest {
  /** Returns the order of one generation. */
  private static BlockOrder lanes(long[] rows, int rowGroup, long seed) {
    return lanes(rows, new int[] {rows.length}, rowGroup, seed);
  }

  private static BlockOrder lanes(long[] rows, int[] generations, int rowGroup, long seed) {
    BlockOrder.Shape shape = new BlockOrder.Shape(rows, generations, rowGroup, 64);
    return BlockOrder.of(BlockOrder.Kind.LANES, shape, seed, 1);
  }

  private record Place(int lane, long row) {}

  private static List<Place> epoch(BlockOrder order, long epoch) {
    BlockOrder.Cursor cursor = order.cursor();
    List<Place> places = new ArrayList<>();
    for (long i = 0; i < order.blocks(); i++) {
      cursor.moveTo(epoch * order.blocks() + i);
      assertThat(cursor.epoch()).isEqualTo(epoch);
      places.add(new Place(cursor.lane(), cursor.row()));
    }
    return places;
  }

  private static long[] rows(List<Integer> lanes) {
    return lanes.stream().mapToLong(Integer::longValue).toArray();
  }

  @Property(tries = 300)
  void visitsEveryBlockOncePerEpoch(
      @ForAll @Size(min = 1, max = 9) List<@IntRange(max = 40) Integer> lanes,
      @ForAll @IntRange(min = 1, max = 12) int rowGroup,
      @ForAll long seed,
      @ForAll @LongRange(max = 1000) long epoch) {
    long[] rows = rows(lanes);
    Assume.that(Arrays.stream(rows).sum() > 0);
    BlockOrder order = lanes(rows, rowGroup, seed);
    Set<Place> expected = new HashSet<>();
    for (int lane = 0; lane < rows.length; lane++) {
      for (long row = 0; row < rows[lane]; row++) {
        expected.add(new Place(lane, row));
      }
    }
    assertThat(epoch(order, epoch)).hasSize(expected.size()).hasSameElementsAs(expected);
  }

  @Property(tries = 200)
  void movesTheCursorToAnyPosition(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 30) Integer> lanes,
      @ForAll @IntRange(min = 1, max = 9) int rowGroup,
      @ForAll long seed,
      @ForAll @Size(min = 1, max = 20) List<@LongRange(max = 400) Long> jumps) {
    BlockOrder order = lanes(rows(lanes), rowGroup, seed);
    BlockOrder.Cursor jumping = order.cursor();
    for (long position : jumps) {
      jumping.moveTo(position);
      List<Place> inOrder = epoch(order, position / order.blocks());
      assertThat(new Place(jumping.lane(), jumping.row()))
          .isEqualTo(inOrder.get((int) (position % order.blocks())));
    }
  }

  @Property(tries = 100)
  void readsOneRowGroupPerLaneAtATime(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 40) Integer> lanes,
      @ForAll @IntRange(min = 2, max = 9) int rowGroup,
      @ForAll long seed) {
    List<Place> places = epoch(lanes(rows(lanes), rowGroup, seed), 0);
    for (int lane = 0; lane < lanes.size(); lane++) {
      int l = lane;
      List<Long> groups =
          places.stream().filter(p -> p.lane() == l).map(p -> p.row() / rowGroup).toList();
      long changes = 0;
      for (int i = 1; i < groups.size(); i++) {
        changes += groups.get(i).equals(groups.get(i - 1)) ? 0 : 1;
      }
      assertThat(changes + 1).isEqualTo(new HashSet<>(groups).size());
    }
  }

  @Property(tries = 200)
  void spreadsGenerationsEvenlyAndCompletely(
      @ForAll @Size(min = 3, max = 9) List<@IntRange(max = 30) Integer> lanes,
      @ForAll @IntRange(min = 1, max = 2) int first,
      @ForAll @IntRange(min = 1, max = 6) int rowGroup,
      @ForAll long seed,
      @ForAll @LongRange(max = 100) long epoch) {
    long[] rows = rows(lanes);
    Assume.that(Arrays.stream(rows).sum() > 0);
    int[] generations = {first, 1, lanes.size() - first - 1};
    BlockOrder order = lanes(rows, generations, rowGroup, seed);
    List<Place> places = epoch(order, epoch);
    assertThat(places).doesNotHaveDuplicates().hasSize((int) order.blocks());
    int lane = 0;
    for (int lanesOf : generations) {
      int from = lane;
      int to = lane + lanesOf;
      double share = Arrays.stream(rows, from, to).sum() / (double) order.blocks();
      int seen = 0;
      for (int i = 0; i < places.size(); i++) {
        seen += places.get(i).lane() >= from && places.get(i).lane() < to ? 1 : 0;
        assertThat((double) seen).isCloseTo((i + 1) * share, within(3.0));
      }
      lane = to;
    }
  }

  @Test
  void spreadsGenerationsExactlyInAHugeEpoch() {
    long blocks = 3_000_000_000L * 64;
    long[] rows = {blocks, blocks / 3, 7};
    BlockOrder order = lanes(rows, new int[] {1, 1, 1}, 1 << 14, 3);
    BlockOrder.Cursor cursor = order.cursor();
    int[] seen = new int[3];
    long middle = order.blocks() / 2;
    for (long position = middle; position < middle + 4000; position++) {
      cursor.moveTo(position);
      seen[cursor.lane()]++;
      assertThat(cursor.row()).isBetween(0L, rows[cursor.lane()] - 1);
    }
    assertThat(seen[0]).isBetween(2999, 3001);
    assertThat(seen[1]).isBetween(999, 1001);
  }

  @Test
  void ordersDifferByEpochAndSeed() {
    long[] lanes = {50, 60, 40};
    List<Place> first = epoch(lanes(lanes, 16, 1), 0);
    assertThat(epoch(lanes(lanes, 16, 1), 0)).isEqualTo(first);
    assertThat(epoch(lanes(lanes, 16, 1), 1)).isNotEqualTo(first);
    assertThat(epoch(lanes(lanes, 16, 2), 0)).isNotEqualTo(first);
  }

  @Test
  void refusesASplitWithoutBlocks() {
    assertThatThrownBy(() -> lanes(new long[] {0, 0}, 4, 1)).hasMessage("the split has no blocks");
  }

  @Property
  void permutationsArePermutations(@ForAll long key, @ForAll @IntRange(max = 200) int n) {
    boolean[] seen = new boolean[n];
    for (int value : KeyedHash.permutation(key, n)) {
      assertThat(seen[value]).isFalse();
      seen[value] = true;
    }
  }

  @Test
  void permutationsAreUniform() {
    int[][] counts = new int[5][5];
    for (int key = 0; key < 20_000; key++) {
      int[] order = KeyedHash.permutation(key, 5);
      for (int i = 0; i < 5; i++) {
        counts[i][order[i]]++;
      }
    }
    // 4000 expected in each cell, standard deviation 57.
    for (int[] row : counts) {
      for (int count : row) {
        assertThat(count).isBetween(3_700, 4_300);
      }
    }
  }
}
