package org.palimpsest.bench;

import java.lang.management.ManagementFactory;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.corpus.read.BlockOrder;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.read.RowGroupBuffers;
import org.palimpsest.corpus.read.WorkerSlice;

/**
 * The two orders of the blocks of a corpus, compared. docs/benchmarks/corpus.md has results and the
 * commands that produced them.
 *
 * <ul>
 *   <li>{@code shuffle LANES ROWS ROW_GROUP BATCH}: how well an epoch is shuffled
 *   <li>{@code work LANES ROWS ROW_GROUP BATCH WORKERS,…}: row groups that all workers together
 *       decode in an epoch
 *   <li>{@code start LANES ROWS ROW_GROUP BATCH}: time to the first block, and time per block
 *   <li>{@code read CORPUS BATCH WORKERS ROUNDS}: blocks per second of the first worker, in turns
 * </ul>
 *
 * ROWS is the number of blocks in each lane, ROW_GROUP the number in a row group.
 */
public final class OrderBenchmark {
  private static final long SEED = 1;
  private static final int MAX_STREAMS = 2048;

  private final int lanes;
  private final long rows;
  private final int rowGroup;
  private final int batch;

  private OrderBenchmark(String[] arguments) {
    lanes = Integer.parseInt(arguments[1]);
    rows = Long.parseLong(arguments[2]);
    rowGroup = Integer.parseInt(arguments[3]);
    batch = Integer.parseInt(arguments[4]);
  }

  public static void main(String[] arguments) {
    switch (arguments[0]) {
      case "shuffle" -> new OrderBenchmark(arguments).shuffle();
      case "work" -> new OrderBenchmark(arguments).work(arguments[5]);
      case "start" -> new OrderBenchmark(arguments).start();
      case "read" ->
          read(
              new Path(arguments[1]),
              Integer.parseInt(arguments[2]),
              Integer.parseInt(arguments[3]),
              Integer.parseInt(arguments[4]));
      default ->
          throw new IllegalArgumentException(
              "The benchmark "
                  + arguments[0]
                  + " does not exist: name shuffle, work, start, or read.");
    }
  }

  /** Lanes of a corpus differ by a few percent. */
  private long laneRows(int lane) {
    return rows - lane * 37L % Math.max(1, rows / 20);
  }

  private long groups() {
    return IntStream.range(0, lanes).mapToLong(lane -> ceil(laneRows(lane))).sum();
  }

  private long ceil(long blocks) {
    return (blocks + rowGroup - 1) / rowGroup;
  }

  private BlockOrder order(BlockOrder.Kind kind) {
    long[] laneRows = IntStream.range(0, lanes).mapToLong(this::laneRows).toArray();
    return BlockOrder.of(
        kind,
        new BlockOrder.Shape(laneRows, new int[] {lanes}, rowGroup, MAX_STREAMS),
        SEED,
        batch);
  }

  private void shuffle() {
    for (BlockOrder.Kind kind : BlockOrder.Kind.values()) {
      BlockOrder order = order(kind);
      int n = Math.toIntExact(order.blocks());
      int[] stored = epoch(order, 0, n);
      print(
          "%-10s mean displacement %.4f n, correlation of neighbors %+.4f, distance of stored"
              + " neighbors %.4f n, row groups in a step %.1f of %d, pairs of a step together again"
              + " in the next epoch %.2f times chance",
          kind,
          displacement(stored) / n,
          correlation(stored),
          distance(stored) / n,
          rowGroups(order),
          batch,
          togetherAgain(stored, epoch(order, 1, n)));
    }
  }

  /** The stored index of the block at each position of an epoch. */
  private int[] epoch(BlockOrder order, long epoch, int n) {
    int[] stored = new int[n];
    int[] first = new int[lanes];
    for (int lane = 1; lane < lanes; lane++) {
      first[lane] = first[lane - 1] + Math.toIntExact(laneRows(lane - 1));
    }
    BlockOrder.Cursor cursor = order.cursor();
    for (int i = 0; i < n; i++) {
      cursor.moveTo(epoch * n + i);
      stored[i] = first[cursor.lane()] + Math.toIntExact(cursor.row());
    }
    return stored;
  }

  /** 1/3 if uniform. */
  private static double displacement(int[] stored) {
    double sum = 0;
    for (int i = 0; i < stored.length; i++) {
      sum += Math.abs((double) i - stored[i]);
    }
    return sum / stored.length;
  }

  /** Of the stored indices of neighbors in the order; 0 if uniform. */
  private static double correlation(int[] stored) {
    double mean = (stored.length - 1) / 2.0;
    double product = 0;
    double square = 0;
    for (int i = 0; i + 1 < stored.length; i++) {
      product += (stored[i] - mean) * (stored[i + 1] - mean);
      square += (stored[i] - mean) * (stored[i] - mean);
    }
    return product / square;
  }

  /** Of blocks that are stored next to each other, mostly of one document. */
  private static double distance(int[] stored) {
    int[] at = new int[stored.length];
    for (int i = 0; i < stored.length; i++) {
      at[stored[i]] = i;
    }
    double sum = 0;
    for (int i = 0; i + 1 < at.length; i++) {
      sum += Math.abs(at[i] - at[i + 1]);
    }
    return sum / (at.length - 1);
  }

  private double rowGroups(BlockOrder order) {
    long found = 0;
    long steps = order.blocks() / batch;
    BlockOrder.Cursor cursor = order.cursor();
    for (long step = 0; step < steps; step++) {
      Set<Long> groups = new HashSet<>();
      for (long i = step * batch; i < (step + 1) * batch; i++) {
        cursor.moveTo(i);
        groups.add((long) cursor.lane() << Integer.SIZE | cursor.row() / rowGroup);
      }
      found += groups.size();
    }
    return found / (double) steps;
  }

  private double togetherAgain(int[] first, int[] second) {
    int[] stepOf = new int[first.length];
    for (int i = 0; i < second.length; i++) {
      stepOf[second[i]] = i / batch;
    }
    long again = 0;
    long pairs = 0;
    for (int step = 0; step < first.length / batch; step++) {
      for (int i = step * batch; i < (step + 1) * batch; i++) {
        for (int k = i + 1; k < (step + 1) * batch; k++) {
          again += stepOf[first[i]] == stepOf[first[k]] ? 1 : 0;
          pairs++;
        }
      }
    }
    return again / (double) pairs * ((first.length - 1.0) / (batch - 1));
  }

  private void work(String workerCounts) {
    long groups = groups();
    for (String count : workerCounts.split(",", -1)) {
      int workers = Integer.parseInt(count);
      for (BlockOrder.Kind kind : BlockOrder.Kind.values()) {
        BlockOrder order = order(kind);
        long read = 0;
        long held = 0;
        for (int rank = 0; rank < workers; rank++) {
          RowGroupBuffers<Integer> buffers = worked(order, rank, workers);
          read += buffers.loaded();
          held = Math.max(held, buffers.held());
        }
        print(
            "%-10s %4d workers: %,d row groups decoded of %,d stored, %.2f times; a worker holds"
                + " %d",
            kind, workers, read, groups, read / (double) groups, held);
      }
    }
  }

  private RowGroupBuffers<Integer> worked(BlockOrder order, int rank, int workers) {
    RowGroupBuffers<Integer> buffers = new RowGroupBuffers<>((lane, group) -> group);
    WorkerSlice slice = new WorkerSlice(0, batch, rank, workers);
    PrimitiveIterator.OfLong positions = slice.positions();
    BlockOrder.Cursor cursor = order.cursor();
    for (long i = order.blocks() / batch * slice.blocksPerStep(); i > 0; i--) {
      cursor.moveTo(positions.nextLong());
      buffers.get(cursor, (int) (cursor.row() / rowGroup));
    }
    return buffers;
  }

  private void start() {
    for (BlockOrder.Kind kind : BlockOrder.Kind.values()) {
      long begin = System.nanoTime();
      BlockOrder order = order(kind);
      BlockOrder.Cursor cursor = order.cursor();
      cursor.moveTo(order.blocks() / 2);
      double first = (System.nanoTime() - begin) / 1e9;
      // Until each lane or stream has been visited.
      long many = 4L * Math.max(lanes, batch);
      begin = System.nanoTime();
      for (long i = 0; i < many; i++) {
        cursor.moveTo(order.blocks() / 2 + i);
      }
      double each = (System.nanoTime() - begin) / (double) many;
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      print(
          "%-10s %,d blocks: first block after %.3f s, then %,.0f ns each, heap in use %.0f MB",
          kind, order.blocks(), first, each, (runtime.totalMemory() - runtime.freeMemory()) / 1e6);
      cursor.moveTo(0);
    }
  }

  private static void read(Path path, int batch, int workers, int rounds) {
    CorpusSplit split = Corpus.open(path, new Configuration()).training();
    Map<BlockOrder.Kind, Double> best = new EnumMap<>(BlockOrder.Kind.class);
    for (int round = 0; round <= rounds; round++) {
      for (BlockOrder.Kind kind : BlockOrder.Kind.values()) {
        double perSecond = perCpuSecond(split, kind, new WorkerSlice(0, batch, 0, workers));
        print("%s %-10s %,.0f blocks per second", round == 0 ? "warm-up" : round, kind, perSecond);
        best.merge(kind, round == 0 ? 0 : perSecond, Math::max);
      }
    }
    print("best %s", best);
  }

  /** Blocks of an epoch per second of processor time of this thread. */
  private static double perCpuSecond(CorpusSplit split, BlockOrder.Kind kind, WorkerSlice slice) {
    long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    long blocks = split.blocks() / slice.batchBlocks() * slice.blocksPerStep();
    BitSet seen = new BitSet();
    try (BlockReader reader = split.reader(kind, SEED, slice)) {
      for (long i = 0; i < blocks; i++) {
        seen.set((int) (reader.next().block().id() % Integer.MAX_VALUE));
      }
    }
    long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
    return seen.cardinality() / (nanos / 1e9);
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
