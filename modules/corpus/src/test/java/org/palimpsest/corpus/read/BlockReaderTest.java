package org.palimpsest.corpus.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.commons.io.FileUtils;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.CorpusForTests;

/** Reads lanes of different lengths, one of them empty. */
class BlockReaderTest {
  private static final int[] WORKERS = {1, 2, 3, 8};
  private static Path folder;
  private static CorpusSplit split;
  private static Manifest.SplitEntry recorded;

  @BeforeContainer
  static void write() throws Exception {
    folder = Files.createTempDirectory("corpus");
    Corpus corpus = CorpusForTests.write(folder, 8, 4, 9, 0, 14, 3, 11);
    split = corpus.training();
    recorded = corpus.manifest().training();
  }

  /** Returns four epochs as one worker reads them without interruption. */
  private static List<EpochBlock> uninterrupted(BlockOrder.Kind order, int batch) {
    WorkerSlice alone = new WorkerSlice(0, batch, 0, 1);
    return read(split.reader(order, 5, alone), 4 * (int) split.blocks());
  }

  @AfterContainer
  static void delete() throws Exception {
    FileUtils.deleteDirectory(folder.toFile());
  }

  private static List<EpochBlock> read(BlockReader reader, int blocks) {
    List<EpochBlock> read = new ArrayList<>();
    try (reader) {
      while (read.size() < blocks && reader.hasNext()) {
        read.add(reader.next());
      }
    }
    return read;
  }

  /** Returns what all workers together read from step {@code first} on. */
  private static List<EpochBlock> together(
      BlockOrder.Kind order, int workers, int batch, int first, int steps) {
    List<List<EpochBlock>> shares = new ArrayList<>();
    for (int rank = 0; rank < workers; rank++) {
      WorkerSlice slice = new WorkerSlice(first, batch, rank, workers);
      shares.add(read(split.reader(order, 5, slice), steps * slice.blocksPerStep()));
    }
    List<EpochBlock> joined = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      for (int rank = 0; rank < workers; rank++) {
        int size = new WorkerSlice(first, batch, rank, workers).blocksPerStep();
        joined.addAll(shares.get(rank).subList(step * size, (step + 1) * size));
      }
    }
    return joined;
  }

  @Property(tries = 20)
  void readsEveryBlockOncePerEpoch(
      @ForAll BlockOrder.Kind order, @ForAll @IntRange(min = 1, max = 200) int batch) {
    List<EpochBlock> uninterrupted = uninterrupted(order, batch);
    int n = (int) split.blocks();
    for (int epoch = 0; epoch < 4; epoch++) {
      List<EpochBlock> blocks = uninterrupted.subList(epoch * n, (epoch + 1) * n);
      assertThat(blocks).extracting(EpochBlock::epoch).containsOnly((long) epoch);
      assertThat(blocks).extracting(block -> block.block().id()).doesNotHaveDuplicates();
    }
    assertThat(uninterrupted.subList(0, n).stream().mapToLong(b -> b.block().length()).sum())
        .isEqualTo(recorded.tokens());
    assertThat(uninterrupted.subList(0, n).stream().mapToLong(EpochBlock::utf8Bytes).sum())
        .isEqualTo(recorded.utf8Bytes());
  }

  @Example
  void aReaderNeedsNoMoreBytesThanTheSplitHas() {
    long all = split.blocks() * 8 * Integer.BYTES;
    assertThat(split.readerBytes(BlockOrder.Kind.LANES, 4, 2)).isLessThanOrEqualTo(all);
    assertThat(split.readerBytes(BlockOrder.Kind.ROW_GROUPS, 4, 2)).isLessThanOrEqualTo(all);
    assertThat(split.readerBytes(BlockOrder.Kind.ROW_GROUPS, 4, 1000)).isLessThan(all);
  }

  @Property(tries = 20)
  void anyNumberOfWorkersReadsTheSameBlocks(
      @ForAll BlockOrder.Kind order,
      @ForAll @IntRange(min = 1, max = 13) int batch,
      @ForAll @IntRange(max = 6) int first) {
    int steps = 3;
    List<EpochBlock> expected =
        uninterrupted(order, batch).subList(first * batch, (first + steps) * batch);
    for (int workers : WORKERS) {
      assertThat(together(order, workers, batch, first, steps)).isEqualTo(expected);
    }
  }

  @Property(tries = 20)
  void theNumberOfWorkersMayChangeBetweenSteps(
      @ForAll BlockOrder.Kind order,
      @ForAll @IntRange(min = 1, max = 9) int batch,
      @ForAll @IntRange(max = 3) int before,
      @ForAll @IntRange(max = 3) int after,
      @ForAll @IntRange(min = 1, max = 4) int change) {
    List<EpochBlock> read = together(order, WORKERS[before], batch, 0, change);
    read.addAll(together(order, WORKERS[after], batch, change, 3));
    assertThat(read).isEqualTo(uninterrupted(order, batch).subList(0, (change + 3) * batch));
  }

  @Property(tries = 30)
  void startingAnywhereReadsAtMostOneRowGroupPerLane(
      @ForAll @IntRange(min = 1, max = 9) int batch,
      @ForAll @IntRange(max = 10) int first,
      @ForAll @IntRange(min = 1, max = 6) int steps) {
    BlockOrder.Kind lanes = BlockOrder.Kind.LANES;
    try (BlockReader whole = split.reader(lanes, 5, new WorkerSlice(0, batch, 0, 1));
        BlockReader opened = split.reader(lanes, 5, new WorkerSlice(first, batch, 0, 1))) {
      skip(whole, first * batch);
      long before = whole.rowGroupsRead();
      skip(whole, steps * batch);
      skip(opened, steps * batch);
      assertThat(opened.rowGroupsRead())
          .isLessThanOrEqualTo(whole.rowGroupsRead() - before + split.lanes());
    }
  }

  private static void skip(BlockReader reader, int blocks) {
    for (int i = 0; i < blocks; i++) {
      reader.next();
    }
  }

  @Example
  void aWorkerWithoutBlocksReadsNothing() {
    assertThat(split.reader(5, new WorkerSlice(0, 2, 0, 3)).hasNext()).isFalse();
    assertThat(split.reader(5, new WorkerSlice(0, 2, 2, 3)).hasNext()).isTrue();
  }

  @Example
  void sharesOfStoredBlocksCoverAllOnce() {
    List<EpochBlock> all = read(split.asStored(), Integer.MAX_VALUE);
    assertThat(all).hasSize((int) split.blocks());
    List<EpochBlock> joined = new ArrayList<>();
    for (int rank = 0; rank < 3; rank++) {
      joined.addAll(read(split.asStored(rank, 3), Integer.MAX_VALUE));
    }
    assertThat(joined).isEqualTo(all);
  }

  @Example
  void findsABlockByItsId() {
    for (EpochBlock block : read(split.asStored(), 10)) {
      assertThat(split.block(block.block().id()).block()).isEqualTo(block.block());
    }
    assertThatThrownBy(() -> split.block(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no block 1 in the training split");
  }

  @Example
  void splitsAreSerializable() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(split);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      CorpusSplit other = (CorpusSplit) in.readObject();
      assertThat(read(other.reader(5, new WorkerSlice(0, 1, 0, 1)), 20))
          .isEqualTo(uninterrupted(split.order(), 1).subList(0, 20));
    }
  }

  @Example
  void refusesAnEmptySplit() throws Exception {
    Path empty = Files.createTempDirectory("corpus");
    Corpus corpus = CorpusForTests.write(empty, 8, 4, 2);
    assertThatThrownBy(() -> corpus.validation().asStored())
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("The validation split of the corpus")
        .hasMessageEndingWith("is empty: prepare more text, or raise corpus.validation-share.");
    FileUtils.deleteDirectory(empty.toFile());
  }
}
