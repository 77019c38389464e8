package org.palimpsest.corpus.read;

import java.io.Serializable;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskCompletionListener;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.lane.LaneAccess;
import org.palimpsest.corpus.lane.LaneFile;
import org.palimpsest.corpus.lane.RowGroup;
import org.palimpsest.corpus.spark.HadoopSettings;
import org.palimpsest.corpus.spark.MappedIterator;
import org.palimpsest.objective.TokenBlock;

/**
 * The training or validation split of a corpus: blocks in lanes. Serializable. The id of a block is
 * the key of its noise.
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
  private final SplitLanes lanes;
  private final long blocks;

  CorpusSplit(
      String name, Path folder, HadoopSettings hadoop, Manifest manifest, SplitLanes lanes) {
    this.name = name;
    this.folder = folder.toString();
    this.hadoop = hadoop;
    this.blockSize = manifest.blockSize();
    this.rowGroupBlocks = manifest.rowGroupBlocks();
    this.order = manifest.order();
    this.lanes = lanes;
    blocks = lanes.rowsBefore(lanes.count());
  }

  private CorpusSplit(CorpusSplit other, SplitLanes lanes) {
    name = other.name;
    folder = other.folder;
    hadoop = other.hadoop;
    blockSize = other.blockSize;
    rowGroupBlocks = other.rowGroupBlocks;
    order = other.order;
    this.lanes = lanes;
    blocks = lanes.rowsBefore(lanes.count());
  }

  /** Returns this split with the blocks that were removed. */
  public CorpusSplit withRemoved() {
    return new CorpusSplit(this, lanes.without(RemovedRows.none()));
  }

  /** Returns whether the block in a row of a lane was removed. */
  public boolean isRemoved(int lane, long row) {
    return lanes.isRemoved(lane, row);
  }

  /** Returns the id of the block in a row of a lane. */
  public long id(int lane, long row) {
    return lanes.id(lane, row);
  }

  /**
   * Returns a row group without the content of removed rows: where most rows are removed, a reader
   * holds parts of many row groups.
   */
  RowGroup withoutRemoved(int lane, int group, RowGroup stored) {
    long first = (long) group * rowGroupBlocks;
    return lanes.hasRemoved(lane)
        ? stored.where(row -> !lanes.isRemoved(lane, first + row))
        : stored;
  }

  /** Returns the number of blocks in a lane. */
  public long rows(int lane) {
    return lanes.rows(lane);
  }

  long storedRow(int lane, long number) {
    return lanes.storedRow(lane, number);
  }

  /** Returns "training" or "validation". */
  public String name() {
    return name;
  }

  /** Returns the number of blocks, which is the length of an epoch. */
  public long blocks() {
    return blocks;
  }

  /** Returns the number of blocks in some generations that follow each other. */
  public long blocks(int fromGeneration, int toGeneration) {
    return lanes.rowsBefore(lanes.firstLane(toGeneration))
        - lanes.rowsBefore(lanes.firstLane(fromGeneration));
  }

  public int lanes() {
    return lanes.count();
  }

  int generations() {
    return lanes.generations();
  }

  int firstLane(int generation) {
    return lanes.firstLane(generation);
  }

  /** Returns the number of tokens in a full block, the longest. */
  public int blockSize() {
    return blockSize;
  }

  int rowGroupBlocks() {
    return rowGroupBlocks;
  }

  /** Returns the order in which runs read the blocks unless they choose another one. */
  public BlockOrder.Kind order() {
    return order;
  }

  BlockOrder.Shape shape(int fromGeneration, int toGeneration) {
    long rowGroupTokens = (long) rowGroupBlocks * blockSize;
    int streams = (int) Math.max(FEWEST_STREAMS, MOST_TOKENS / rowGroupTokens);
    return lanes.shape(fromGeneration, toGeneration, rowGroupBlocks, streams);
  }

  /** Returns {@link #readerBytes(BlockOrder.Kind, int, int, ReadPhase)} for all blocks. */
  public long readerBytes(BlockOrder.Kind kind, int batchBlocks, int workers) {
    return readerBytes(kind, batchBlocks, workers, ReadPhase.WHOLE);
  }

  /**
   * Returns how many bytes of row groups a worker's reader holds at the same time, at most.
   *
   * @param batchBlocks blocks per step over all workers
   */
  public long readerBytes(BlockOrder.Kind kind, int batchBlocks, int workers, ReadPhase phase) {
    if (blocks() == 0) {
      return 0;
    }
    long groups = PhaseOrder.of(this, kind, 0, batchBlocks, phase).rowGroupsHeld(workers);
    // As many blocks as a row group has may lie in parts of two more.
    groups *= lanes.hasRemoved() ? 3 : 1;
    return Math.min(groups * rowGroupBlocks, blocks()) * blockSize * Integer.BYTES;
  }

  /**
   * Returns the latest epoch to which a block of a step in a phase may belong.
   *
   * @param batchBlocks blocks per step over all workers
   */
  public long epoch(int batchBlocks, ReadPhase phase, long step) {
    return PhaseOrder.of(this, order, 0, batchBlocks, phase).epoch(step);
  }

  /**
   * Returns the first epoch to which no block of a phase belongs that ends before a step.
   *
   * @param batchBlocks blocks per step over all workers
   */
  public long epochAfter(int batchBlocks, ReadPhase phase, long step) {
    return PhaseOrder.of(this, order, 0, batchBlocks, phase).epochAfter(step);
  }

  /**
   * Returns the endless sequence of a worker's blocks from a step on, epoch after epoch, in the
   * order of the corpus; each step has {@link WorkerSlice#blocksPerStep()} of them. All workers
   * together read the same blocks, whatever their number.
   *
   * @throws PalimpsestException of kind INPUT if the split has no blocks
   */
  public BlockReader reader(long seed, WorkerSlice slice) {
    return reader(order, seed, slice, ReadPhase.WHOLE);
  }

  /** Returns the sequence of {@link #reader(long, WorkerSlice)} in an order of the given kind. */
  public BlockReader reader(BlockOrder.Kind kind, long seed, WorkerSlice slice) {
    return reader(kind, seed, slice, ReadPhase.WHOLE);
  }

  /** Returns the sequence of {@link #reader(long, WorkerSlice)} in a phase of a run. */
  public BlockReader reader(BlockOrder.Kind kind, long seed, WorkerSlice slice, ReadPhase phase) {
    requireBlocks();
    PhaseOrder phaseOrder = PhaseOrder.of(this, kind, seed, slice.batchBlocks(), phase);
    return new BlockReader(this, new ReadOrder.OfSlice(phaseOrder, slice));
  }

  /** Returns all blocks once, in stored order. */
  public BlockReader asStored() {
    return asStored(0, 1);
  }

  /** Returns the contiguous share of worker {@code rank} once, in stored order. */
  public BlockReader asStored(int rank, int workers) {
    requireBlocks();
    long from = Math.multiplyExact(blocks(), (long) rank) / workers;
    long to = Math.multiplyExact(blocks(), rank + 1L) / workers;
    return stored(from, to);
  }

  /**
   * Returns a block by its id.
   *
   * @throws IllegalArgumentException if there is no such block, or it was removed
   */
  public EpochBlock block(long id) {
    SplitLanes.Place place = lanes.place(id);
    long at = place == null ? -1 : lanes.position(place);
    if (at < 0) {
      throw new IllegalArgumentException("no block " + id + " in the " + name + " split");
    }
    try (BlockReader reader = stored(at, at + 1)) {
      return reader.next();
    }
  }

  /** Returns whether there is a block with an id. */
  boolean has(long id) {
    SplitLanes.Place place = lanes.place(id);
    return place != null && lanes.position(place) >= 0;
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
    long first = lanes.rowsBefore(Math.min(lane, lanes()));
    return stored(first, first + lanes.rows(lane));
  }

  /** Returns blocks once, by their position in stored order. */
  private BlockReader stored(long from, long to) {
    return new BlockReader(this, new ReadOrder.AsStored(lanes.allRows(), rowGroupBlocks, from, to));
  }

  LaneAccess access() {
    return new LaneAccess(hadoop.configuration());
  }

  LaneFile lane(int lane, LaneAccess access) {
    return new LaneFile(new Path(folder, lanes.file(lane)), lanes.size(lane), blockSize, access);
  }

  private void requireBlocks() {
    if (blocks() == 0) {
      throw PalimpsestException.input(
          "The %s split of the corpus %s is empty: prepare more text%s."
              .formatted(
                  name,
                  folder,
                  name.equals("validation") ? ", or raise corpus.validation-share" : ""));
    }
  }
}
