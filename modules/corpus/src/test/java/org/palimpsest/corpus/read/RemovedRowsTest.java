package org.palimpsest.corpus.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.palimpsest.storage.StoredFile;

/** Rows that readers pass over. */
class RemovedRowsTest {
  private static final int ROWS = 40;

  /** Two lanes, each a generation: block g of the second one has the id 40 + g. */
  private static SplitLanes lanes() {
    List<Manifest.LaneEntry> lanes =
        Stream.of("a", "b")
            .map(name -> new Manifest.LaneEntry(new StoredFile(name, 1, ""), ROWS, null))
            .toList();
    return new SplitLanes(lanes, new int[] {1, 1});
  }

  @Property
  void theOtherRowsKeepTheirOrder(@ForAll @Size(max = 39) List<@IntRange(max = 39) Integer> rows) {
    LongStream ids = rows.stream().mapToLong(row -> ROWS + row);
    SplitLanes without = lanes().without(RemovedRows.of(lanes(), ids));
    List<Long> kept =
        LongStream.range(0, ROWS).filter(row -> !rows.contains((int) row)).boxed().toList();

    assertThat(without.rows(1)).isEqualTo(kept.size());
    assertThat(without.rows(0)).isEqualTo(ROWS);
    for (int i = 0; i < kept.size(); i++) {
      assertThat(without.storedRow(1, i)).isEqualTo(kept.get(i));
      assertThat(without.position(new SplitLanes.Place(1, kept.get(i)))).isEqualTo(ROWS + i);
    }
    new TreeSet<>(rows)
        .forEach(row -> assertThat(without.position(new SplitLanes.Place(1, row))).isEqualTo(-1));
  }

  @Test
  void blocksOfLaterGenerationsAreIgnored() {
    assertThat(RemovedRows.of(lanes(), LongStream.of(3, 1000)).count(0)).isEqualTo(1);
  }
}
