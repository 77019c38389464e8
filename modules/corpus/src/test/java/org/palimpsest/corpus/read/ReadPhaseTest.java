package org.palimpsest.corpus.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.storage.StoredFolder;

/** Phases of a run on a corpus of two generations: two lanes, and a third one. */
class ReadPhaseTest {
  private static final long SEED = 7;
  private static final int BATCH = 6;

  @TempDir static Path folder;
  private static CorpusSplit whole;
  private static CorpusSplit first;

  @BeforeAll
  static void write() {
    Corpus corpus = CorpusForTests.write(folder, 16, 4, 30, 25, 20);
    StoredFolder stored = new StoredFolder(corpus.path(), new Configuration());
    ObjectNode manifest = Manifest.store(stored).read().json();
    ArrayNode generations = manifest.putArray("generations");
    for (int lanes : new int[] {2, 1}) {
      ObjectNode generation = generations.addObject();
      generation.put("trainingLanes", lanes).put("validationLanes", 0).putObject("settings");
    }
    stored.publish(manifest);
    Corpus grown = Corpus.open(corpus.path(), new Configuration());
    whole = grown.training();
    first = grown.withGenerations(1).training();
  }

  /** What all workers read in some steps: epoch and id of each block, step by step. */
  private static List<List<String>> read(
      BlockOrder.Kind kind, ReadPhase phase, long from, int steps, int workers) {
    List<List<String>> read = new ArrayList<>();
    IntStream.range(0, steps).forEach(step -> read.add(new ArrayList<>()));
    for (int rank = 0; rank < workers; rank++) {
      WorkerSlice slice = new WorkerSlice(from, BATCH, rank, workers);
      try (BlockReader reader = whole.reader(kind, SEED, slice, phase)) {
        for (List<String> step : read) {
          for (int i = 0; i < slice.blocksPerStep(); i++) {
            EpochBlock block = reader.next();
            step.add(block.epoch() + ":" + block.block().id());
          }
        }
      }
    }
    return read;
  }

  private static long id(String block) {
    return Long.parseLong(block.substring(block.indexOf(':') + 1));
  }

  private static Set<Long> oldIds() {
    Set<Long> ids = new HashSet<>();
    try (BlockReader reader = first.asStored()) {
      reader.forEachRemaining(block -> ids.add(block.block().id()));
    }
    return ids;
  }

  @Test
  void theFirstGenerationsAreTheCorpusThatWasThere() {
    assertThat(first.lanes()).isEqualTo(2);
    assertThat(first.blocks()).isEqualTo(whole.blocks(0, 1)).isLessThan(whole.blocks());
    assertThat(whole.blocks(0, 1) + whole.blocks(1, 2)).isEqualTo(whole.blocks());
  }

  @ParameterizedTest
  @EnumSource(BlockOrder.Kind.class)
  void aPhaseBeginsWithAnEpochOfItsOwn(BlockOrder.Kind kind) {
    ReadPhase phase = new ReadPhase(10, 3, 0, 0);
    int steps = Math.toIntExact(whole.blocks() / BATCH);
    List<String> epoch = read(kind, phase, 10, steps, 1).stream().flatMap(List::stream).toList();

    assertThat(epoch).doesNotHaveDuplicates().allMatch(block -> block.startsWith("3:"));
    assertThat(whole.epoch(BATCH, phase, 10)).isEqualTo(3);
    assertThat(whole.epochAfter(BATCH, phase, 10)).isEqualTo(3);
    assertThat(whole.epochAfter(BATCH, phase, 11)).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1,0", "1,1", "1,2", "1,5"})
  void theBlocksOfAStepDoNotDependOnTheWorkersOrTheFirstStep(int older, int replayed) {
    ReadPhase phase = new ReadPhase(4, 2, older, replayed);
    for (BlockOrder.Kind kind : BlockOrder.Kind.values()) {
      List<List<String>> alone = read(kind, phase, 4, 40, 1);
      assertThat(read(kind, phase, 4, 40, 4)).isEqualTo(alone);
      assertThat(read(kind, phase, 21, 10, 3)).isEqualTo(alone.subList(17, 27));
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2", "5"})
  void everyStepOfAMixHasItsShareOfOldBlocks(int replayed) {
    Set<Long> old = oldIds();
    for (List<String> step :
        read(BlockOrder.Kind.ROW_GROUPS, new ReadPhase(0, 0, 1, replayed), 0, 50, 2)) {
      assertThat(step.stream().filter(block -> old.contains(id(block)))).hasSize(replayed);
      assertThat(step).hasSize(BATCH);
    }
  }

  @Test
  void eachPartOfAMixHasEveryBlockOncePerEpoch() {
    List<String> read =
        read(BlockOrder.Kind.ROW_GROUPS, new ReadPhase(0, 5, 1, 2), 0, 100, 2).stream()
            .flatMap(List::stream)
            .toList();
    Set<Long> old = oldIds();

    assertThat(read).doesNotHaveDuplicates();
    List<String> firstPass =
        read.stream().filter(b -> b.startsWith("5:") && !old.contains(id(b))).toList();
    assertThat((long) firstPass.size()).isEqualTo(whole.blocks(1, 2));
  }

  @Test
  void aMixHoldsTheRowGroupsOfBothParts() {
    ReadPhase mixed = new ReadPhase(0, 0, 1, 2);
    assertThat(whole.readerBytes(BlockOrder.Kind.ROW_GROUPS, BATCH, 2, mixed)).isPositive();
  }
}
