package org.palimpsest.corpus.read;

import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskCompletionListener;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.lane.LaneAccess;
import org.palimpsest.corpus.lane.LaneFile;
import org.palimpsest.corpus.spark.HadoopSettings;
import org.palimpsest.corpus.spark.MappedIterator;
import org.palimpsest.objective.TokenBlock;

/**
 * The training or validation split of a corpus: blocks in lanes. Serializable.
 *
 * <p>Block g of a generation is row g div P of its lane g mod P, where P is its number of lanes.
 * The ids of a later generation follow the last possible id of the previous one. The id is the key
 * of the block's noise. Lanes differ in length, so ids have gaps at the end of a generation.
 */
public final class CorpusSplit implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Tokens in the row groups that a run reads at the same time, over all workers: 1 GiB in memory.
   */
  private static final long MOST_TOKENS = 1 << 28;

  /** Row groups that a run may read at the same time, however large they are. */
  private static final int FEWEST_STREAMS = 64;

  private final String name;
  private final String folder;
  private final HadoopSettings hadoop;
  private final int blockSize;
  private final int rowGroupBlocks;
  private final BlockOrder.Kind order;
  private final String[] files;
  private final long[] sizes;
  private final long[] laneRows;

  /** Number of lanes of each generation, and the first id and the first lane of each. */
  private final int[] generationLanes;

  private final int[] firstLane;
  private final long[] firstId;
  private final long blocks;
  private final long tokens;
  private final long utf8Bytes;
  private final long documents;

  CorpusSplit(
      String name,
      Path folder,
      HadoopSettings hadoop,
      Manifest manifest,
      Manifest.SplitEntry of,
      int... generationLanes) {
    this.name = name;
    this.folder = folder.toString();
    this.hadoop = hadoop;
    this.blockSize = manifest.blockSize();
    this.rowGroupBlocks = manifest.rowGroupBlocks();
    this.order = manifest.order();
    this.files = of.lanes().stream().map(lane -> lane.file().name()).toArray(String[]::new);
    this.sizes = of.lanes().stream().mapToLong(lane -> lane.file().size()).toArray();
    this.laneRows = of.lanes().stream().mapToLong(Manifest.LaneEntry::rows).toArray();
    this.generationLanes = generationLanes.clone();
    firstLane = new int[generationLanes.length];
    firstId = new long[generationLanes.length];
    for (int g = 1; g < generationLanes.length; g++) {
      firstLane[g] = firstLane[g - 1] + generationLanes[g - 1];
      long rows = Arrays.stream(laneRows, firstLane[g - 1], firstLane[g]).max().orElse(0);
      firstId[g] = firstId[g - 1] + rows * generationLanes[g - 1];
    }
    this.blocks = of.blocks();
    this.tokens = of.tokens();
    this.utf8Bytes = of.utf8Bytes();
    this.documents = of.documents();
  }

  /** Returns "training" or "validation". */
  public String name() {
    return name;
  }

  /** Returns the number of blocks, which is the length of an epoch. */
  public long blocks() {
    return blocks;
  }

  public long tokens() {
    return tokens;
  }

  /** Returns the length of the text that the tokens represent, in bytes. */
  public long utf8Bytes() {
    return utf8Bytes;
  }

  public long documents() {
    return documents;
  }

  public int lanes() {
    return files.length;
  }

  /** Returns the number of tokens in a full block, the longest. */
  public int blockSize() {
    return blockSize;
  }

  int rowGroupBlocks() {
    return rowGroupBlocks;
  }

  long id(int lane, long row) {
    int generation = firstLane.length - 1;
    while (firstLane[generation] > lane) {
      generation--;
    }
    return firstId[generation] + row * generationLanes[generation] + (lane - firstLane[generation]);
  }

  /** Returns the order in which runs read the blocks unless they choose another one. */
  public BlockOrder.Kind order() {
    return order;
  }

  private BlockOrder.Shape shape() {
    long rowGroupTokens = (long) rowGroupBlocks * blockSize;
    int streams = (int) Math.max(FEWEST_STREAMS, MOST_TOKENS / rowGroupTokens);
    return new BlockOrder.Shape(laneRows, generationLanes, rowGroupBlocks, streams);
  }

  /**
   * Returns how many bytes of row groups a worker's reader holds at the same time, at most.
   *
   * @param batchBlocks blocks per step over all workers
   */
  public long readerBytes(BlockOrder.Kind kind, int batchBlocks, int workers) {
    if (blocks == 0) {
      return 0;
    }
    long groups = BlockOrder.of(kind, shape(), 0, batchBlocks).rowGroupsHeld(workers);
    return Math.min(groups * rowGroupBlocks, blocks) * blockSize * Integer.BYTES;
  }

  /**
   * Returns the endless sequence of a worker's blocks from a step on, epoch after epoch, in the
   * order of the corpus; each step has {@link WorkerSlice#blocksPerStep()} of them. All workers
   * together read the same blocks, whatever their number.
   *
   * @throws PalimpsestException of kind INPUT if the split has no blocks
   */
  public BlockReader reader(long seed, WorkerSlice slice) {
    return reader(order, seed, slice);
  }

  /** Returns the sequence of {@link #reader(long, WorkerSlice)} in an order of the given kind. */
  public BlockReader reader(BlockOrder.Kind kind, long seed, WorkerSlice slice) {
    requireBlocks();
    BlockOrder blockOrder = BlockOrder.of(kind, shape(), seed, slice.batchBlocks());
    return new BlockReader(this, new ReadOrder.OfSlice(blockOrder, slice));
  }

  /** Returns all blocks once, in stored order. */
  public BlockReader asStored() {
    return asStored(0, 1);
  }

  /** Returns the contiguous share of worker {@code rank} once, in stored order. */
  public BlockReader asStored(int rank, int workers) {
    requireBlocks();
    long from = Math.multiplyExact(blocks, (long) rank) / workers;
    long to = Math.multiplyExact(blocks, rank + 1L) / workers;
    return stored(from, to);
  }

  /**
   * Returns a block by its id.
   *
   * @throws IllegalArgumentException if there is no such block
   */
  public EpochBlock block(long id) {
    int generation = firstId.length - 1;
    while (generation > 0 && firstId[generation] > id) {
      generation--;
    }
    int of = generation < 0 ? 0 : generationLanes[generation];
    long inside = of == 0 ? -1 : id - firstId[generation];
    int lane = inside < 0 ? 0 : firstLane[generation] + (int) (inside % of);
    if (inside < 0 || inside / of >= laneRows[lane]) {
      throw new IllegalArgumentException("no block " + id + " in the " + name + " split");
    }
    long at = firstRow(lane) + inside / of;
    try (BlockReader reader = stored(at, at + 1)) {
      return reader.next();
    }
  }

  /** Returns all blocks in stored order, one partition per lane. */
  public JavaRDD<TokenBlock> rdd(JavaSparkContext spark) {
    CorpusSplit split = this;
    return spark
        .parallelize(
            IntStream.range(0, Math.max(1, lanes())).boxed().toList(), Math.max(1, lanes()))
        .flatMap(
            lane -> {
              BlockReader reader = split.lane(lane);
              closeWithTask(reader);
              return new MappedIterator<>(reader, EpochBlock::block);
            });
  }

  private static void closeWithTask(BlockReader reader) {
    TaskCompletionListener close = context -> reader.close();
    TaskContext.get().addTaskCompletionListener(close);
  }

  /** Returns the blocks of a lane once, in stored order. */
  public BlockReader lane(int lane) {
    long first = firstRow(lane);
    long rows = lane < laneRows.length ? laneRows[lane] : 0;
    return stored(first, first + rows);
  }

  private long firstRow(int lane) {
    return Arrays.stream(laneRows, 0, lane).sum();
  }

  /** Returns blocks once, by their position in stored order. */
  private BlockReader stored(long from, long to) {
    return new BlockReader(this, new ReadOrder.AsStored(laneRows, rowGroupBlocks, from, to));
  }

  LaneAccess access() {
    return new LaneAccess(hadoop.configuration());
  }

  LaneFile lane(int lane, LaneAccess access) {
    return new LaneFile(new Path(folder, files[lane]), sizes[lane], blockSize, access);
  }

  private void requireBlocks() {
    if (blocks == 0) {
      throw PalimpsestException.input(
          "The %s split of the corpus %s is empty: prepare more text%s."
              .formatted(
                  name,
                  folder,
                  name.equals("validation") ? ", or raise corpus.validation-share" : ""));
    }
  }
}
