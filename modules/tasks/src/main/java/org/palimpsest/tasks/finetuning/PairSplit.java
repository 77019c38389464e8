package org.palimpsest.tasks.finetuning;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.palimpsest.corpus.read.BlockOrder;
import org.palimpsest.corpus.read.WorkerSlice;
import org.palimpsest.corpus.spark.HadoopSettings;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.storage.StoredFolder;

/** The training or validation pairs. Can be sent to tasks. */
record PairSplit(String folder, List<PairLane> lanes, HadoopSettings hadoop)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  PairSplit {
    lanes = List.copyOf(lanes);
  }

  /** Returns the number of pairs, which is the length of an epoch. */
  long pairs() {
    return lanes.stream().mapToLong(PairLane::rows).sum();
  }

  /**
   * Returns the order of the pairs: that of the lanes of a corpus, a function of (seed, epoch).
   *
   * @param batch pairs per step over all workers
   */
  BlockOrder order(long seed, int batch) {
    long[] rows = lanes.stream().mapToLong(PairLane::rows).toArray();
    return BlockOrder.of(
        BlockOrder.Kind.LANES,
        new BlockOrder.Shape(rows, new int[] {rows.length}, PairLane.GROUP, rows.length),
        seed,
        batch);
  }

  /** Returns the joined checksums of the lanes, which identify the pairs. */
  String checksums() {
    StringBuilder all = new StringBuilder();
    lanes.forEach(lane -> all.append(lane.file().sha256()));
    return all.toString();
  }

  /** Returns a reader for one thread. */
  Reader reader() {
    return new Reader(this);
  }

  /** Random access to pairs. Keeps the last group of each lane in memory. */
  static final class Reader {
    private final PairSplit split;
    private final StoredFolder folder;
    private final Map<Integer, Group> groups = new HashMap<>();

    private record Group(int number, Pair[] pairs) {}

    private Reader(PairSplit split) {
      this.split = split;
      folder = new StoredFolder(new Path(split.folder()), split.hadoop().configuration());
    }

    /**
     * Fills buffers with the examples of a worker, step after step, without end. The id of an
     * example is its position in the order of the pairs.
     */
    Consumer<DenoisingExample> examples(WorkerSlice slice, PairFrame frame, long seed) {
      BlockOrder.Cursor cursor = split.order(seed, slice.batchBlocks()).cursor();
      PrimitiveIterator.OfLong positions = slice.positions();
      return buffer -> {
        long position = positions.nextLong();
        cursor.moveTo(position);
        frame.fill(buffer, pair(cursor.lane(), cursor.row()), position);
      };
    }

    /** Returns the pair in a row of a lane. */
    Pair pair(int lane, long row) {
      int number = Math.toIntExact(row / PairLane.GROUP);
      Group group = groups.get(lane);
      if (group == null || group.number != number) {
        group = new Group(number, split.lanes().get(lane).read(folder, number));
        groups.put(lane, group);
      }
      return group.pairs[(int) (row % PairLane.GROUP)];
    }
  }
}
