package org.palimpsest.tasks.finetuning;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.read.BlockOrder;
import org.palimpsest.storage.StoredFolder;

/** The pairs to learn from, or those held out. Travels to tasks. */
record PairPart(String folder, List<PairLane> lanes, SerializableConfiguration hadoop)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  PairPart {
    lanes = List.copyOf(lanes);
  }

  long pairs() {
    return lanes.stream().mapToLong(PairLane::rows).sum();
  }

  /** The order of the pairs, as that of a corpus' blocks: a function of (seed, epoch) alone. */
  BlockOrder order(long seed) {
    return new BlockOrder(lanes.stream().mapToLong(PairLane::rows).toArray(), PairLane.GROUP, seed);
  }

  /** Lanes and their checksums, to tell these pairs from others. */
  String checksums() {
    StringBuilder all = new StringBuilder();
    lanes.forEach(lane -> all.append(lane.file().sha256()));
    return all.toString();
  }

  /** Reads pairs; keeps the group it has read last of each lane. One a thread. */
  Reader reader() {
    return new Reader(this);
  }

  /** A way to any pair. */
  static final class Reader {
    private final PairPart part;
    private final StoredFolder folder;
    private final Map<Integer, Group> groups = new HashMap<>();

    private record Group(long number, Pair[] pairs) {}

    private Reader(PairPart part) {
      this.part = part;
      folder = new StoredFolder(new Path(part.folder()), part.hadoop().value());
    }

    /** The pair in that row of that lane. */
    Pair pair(int lane, long row) {
      long number = row / PairLane.GROUP;
      Group group = groups.get(lane);
      if (group == null || group.number != number) {
        group = read(part.lanes().get(lane), number);
        groups.put(lane, group);
      }
      return group.pairs[(int) (row % PairLane.GROUP)];
    }

    private Group read(PairLane lane, long number) {
      int index = Math.toIntExact(number);
      long from = lane.offsets().get(index);
      byte[] bytes = new byte[Math.toIntExact(lane.offsets().get(index + 1) - from)];
      Path path = folder.resolve(lane.file().name());
      try (FSDataInputStream in = folder.fileSystem().open(path)) {
        in.readFully(from, bytes);
        ByteArrayInputStream rows = new ByteArrayInputStream(bytes);
        int count = (int) Math.min(PairLane.GROUP, lane.rows() - number * PairLane.GROUP);
        Pair[] pairs = new Pair[count];
        for (int i = 0; i < count; i++) {
          pairs[i] = Pair.read(rows);
        }
        return new Group(number, pairs);
      } catch (IOException e) {
        throw new PalimpsestException(
            PalimpsestException.Kind.INPUT,
            path + " is damaged or missing: start the fine-tuning over with --fresh.",
            e);
      }
    }
  }
}
