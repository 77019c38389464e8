package org.palimpsest.corpus;

import java.io.Serializable;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskCompletionListener;
import org.palimpsest.corpus.lane.LaneFile;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.TokenBlock;

/**
 * The training or the validation part of a corpus: blocks in lanes. May travel inside closures.
 *
 * <p>Block g is row g div P of lane g mod P, P = number of lanes; g is the block's id and the key
 * of its noise. Lanes differ in length, so the ids have gaps at their end.
 */
public final class Part implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final String folder;
  private final HadoopSettings hadoop;
  private final int blockSize;
  private final int rowGroupBlocks;
  private final String[] files;
  private final long[] laneRows;
  private final long blocks;
  private final long tokens;
  private final long utf8Bytes;
  private final long documents;

  Part(String name, Path folder, HadoopSettings hadoop, Manifest manifest, Manifest.PartEntry of) {
    this.name = name;
    this.folder = folder.toString();
    this.hadoop = hadoop;
    this.blockSize = manifest.blockSize();
    this.rowGroupBlocks = manifest.rowGroupBlocks();
    this.files = of.lanes().stream().map(lane -> lane.file().name()).toArray(String[]::new);
    this.laneRows = of.lanes().stream().mapToLong(Manifest.LaneEntry::rows).toArray();
    this.blocks = of.blocks();
    this.tokens = of.tokens();
    this.utf8Bytes = of.utf8Bytes();
    this.documents = of.documents();
  }

  /** "training" or "validation". */
  public String name() {
    return name;
  }

  /** Number of blocks, which is the length of an epoch. */
  public long blocks() {
    return blocks;
  }

  public long tokens() {
    return tokens;
  }

  /** Length in bytes of the text that the tokens stand for. */
  public long utf8Bytes() {
    return utf8Bytes;
  }

  public long documents() {
    return documents;
  }

  public int lanes() {
    return files.length;
  }

  /** Tokens in a full block; none is longer. */
  public int blockSize() {
    return blockSize;
  }

  int rowGroupBlocks() {
    return rowGroupBlocks;
  }

  long id(int lane, long row) {
    return row * files.length + lane;
  }

  /** The order of this part's blocks under a seed. */
  public BlockOrder order(long seed) {
    return new BlockOrder(laneRows, rowGroupBlocks, seed);
  }

  /**
   * The endless sequence of a worker's blocks from a step on, epoch after epoch; step s is {@link
   * Slice#blocksPerStep()} of them. Whatever the number of workers, together they read the same.
   *
   * @throws PalimpsestException of kind INPUT if the part has no blocks
   */
  public BlockReader reader(long seed, Slice slice) {
    requireBlocks();
    return new BlockReader(this, new Route.OfSlice(order(seed), slice));
  }

  /** Once through all blocks as they are stored. */
  public BlockReader asStored() {
    return asStored(0, 1);
  }

  /** Once through worker {@code rank}'s contiguous share of the blocks as they are stored. */
  public BlockReader asStored(int rank, int workers) {
    requireBlocks();
    long from = Math.multiplyExact(blocks, (long) rank) / workers;
    long to = Math.multiplyExact(blocks, rank + 1L) / workers;
    return new BlockReader(this, new Route.AsStored(laneRows, from, to));
  }

  /**
   * One block by its id.
   *
   * @throws IllegalArgumentException if there is no such block
   */
  public EpochBlock block(long id) {
    int lane = (int) Math.floorMod(id, (long) Math.max(1, files.length));
    long row = id / Math.max(1, files.length);
    if (id < 0 || files.length == 0 || row >= laneRows[lane]) {
      throw new IllegalArgumentException("there is no block " + id + " in the " + name + " part");
    }
    try (BlockReader reader = new BlockReader(this, new Route.AsStored(laneRows, 0, 0))) {
      return reader.read(0, lane, row);
    }
  }

  /** All blocks as they are stored, a partition a lane. */
  public JavaRDD<TokenBlock> rdd(JavaSparkContext spark) {
    Part part = this;
    return spark
        .parallelize(
            IntStream.range(0, Math.max(1, lanes())).boxed().toList(), Math.max(1, lanes()))
        .flatMap(
            lane -> {
              BlockReader reader = part.lane(lane);
              closeWithTask(reader);
              return new MappedIterator<>(reader, EpochBlock::block);
            });
  }

  private static void closeWithTask(BlockReader reader) {
    TaskCompletionListener close = context -> reader.close();
    TaskContext.get().addTaskCompletionListener(close);
  }

  private BlockReader lane(int lane) {
    long before = 0;
    for (int i = 0; i < lane; i++) {
      before += laneRows[i];
    }
    long rows = lane < laneRows.length ? laneRows[lane] : 0;
    return new BlockReader(this, new Route.AsStored(laneRows, before, before + rows));
  }

  LaneFile open(int lane) {
    return new LaneFile(new Path(folder, files[lane]), hadoop.configuration(), blockSize);
  }

  private void requireBlocks() {
    if (blocks == 0) {
      throw PalimpsestException.input(
          "The %s part of the corpus %s is empty: prepare a larger corpus%s."
              .formatted(
                  name,
                  folder,
                  name.equals("validation") ? " or raise corpus.validation-share" : ""));
    }
  }
}
