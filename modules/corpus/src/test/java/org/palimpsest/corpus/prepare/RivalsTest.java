package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.EpochBlock;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.read.WorkerSlice;
import org.palimpsest.corpus.store.StoreWriter;
import org.palimpsest.storage.StoredFolder;

/** Two commands on one corpus at the same time, in every pair. */
@Tag("spark")
class RivalsTest extends PreparationCase {
  /** The commands that write. */
  enum Command {
    PREPARE {
      @Override
      Corpus run(CorpusSettings settings) {
        return Preparation.run(spark, settings);
      }
    },
    FRESH {
      @Override
      Corpus run(CorpusSettings settings) {
        return Preparation.fresh(spark, settings);
      }
    },
    ADD {
      @Override
      Corpus run(CorpusSettings settings) {
        return Preparation.add(spark, settings);
      }
    };

    abstract Corpus run(CorpusSettings settings);
  }

  private CorpusSettings settings(Map<String, Object> changed) {
    return settings("corpus", changed);
  }

  /** Settings that the command accepts on a corpus that exists, and that give another corpus. */
  private CorpusSettings settings(Command command, String name) throws IOException {
    Path more = Files.writeString(folder.resolve(name), (name + " and more.\n\n").repeat(60));
    return switch (command) {
      case PREPARE -> settings(Map.of());
      case FRESH -> settings(Map.of("corpus.lanes", 3));
      case ADD -> settings(Map.of("corpus.input", more.toString()));
    };
  }

  private StoredFolder stored() {
    return new StoredFolder(
        new org.apache.hadoop.fs.Path(folder.resolve("corpus").toString()), new Configuration());
  }

  private Corpus checked() {
    Corpus corpus = Corpus.open(stored().path(), new Configuration());
    corpus.verify();
    return CorpusCheck.run(spark, corpus);
  }

  @ParameterizedTest
  @EnumSource(names = {"FRESH", "ADD"})
  void aCommandThatWritesIsRefusedWhileAnotherWrites(Command command) throws IOException {
    Manifest before = Preparation.run(spark, settings(Map.of())).manifest();
    whileAnotherWrites(() -> assertRefused(() -> command.run(settings(command, "one"))));
    assertThat(checked().manifest()).isEqualTo(before);
  }

  @Test
  void aFirstPreparationIsRefusedWhileAnotherWrites() {
    whileAnotherWrites(() -> assertRefused(() -> Preparation.run(spark, settings(Map.of()))));
    assertThat(stored().hasManifest()).isFalse();
  }

  @Test
  void aPreparedCorpusIsOpenedWhileAnotherWrites() {
    Manifest before = Preparation.run(spark, settings(Map.of())).manifest();
    whileAnotherWrites(
        () -> assertThat(Preparation.run(spark, settings(Map.of())).manifest()).isEqualTo(before));
  }

  private void whileAnotherWrites(Runnable command) {
    StoreWriter<Manifest> other =
        Manifest.store(stored()).writer(Duration.ofMinutes(1), Duration.ZERO);
    try {
      command.run();
    } finally {
      other.close();
    }
  }

  private void assertRefused(Callable<Corpus> command) {
    assertThatThrownBy(command::call)
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.CLUSTER))
        .hasMessageStartingWith(
            "The corpus %s is being written by another process (process ", stored().path())
        .hasMessageEndingWith("): wait until it ends, or choose another corpus.path.");
  }

  /** Whichever comes first: the other one is refused, or comes after it, and nothing is lost. */
  @ParameterizedTest
  @CsvSource({
    "PREPARE, PREPARE",
    "PREPARE, FRESH",
    "PREPARE, ADD",
    "FRESH, FRESH",
    "FRESH, ADD",
    "ADD, ADD"
  })
  void twoCommandsAtOnceLeaveAWholeCorpus(Command first, Command second) throws Exception {
    Preparation.run(spark, settings(Map.of()));
    List<Corpus> done = atOnce(first, second);
    Manifest now = checked().manifest();
    assertThat(done).isNotEmpty();
    assertThat(done).extracting(Corpus::manifest).contains(now);
    if (first == Command.ADD && second == Command.ADD) {
      assertThat(now.generations()).as("what was added").hasSize(1 + done.size());
    }
  }

  private List<Corpus> atOnce(Command first, Command second) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    List<Corpus> done = new ArrayList<>();
    try {
      List<Future<Corpus>> results = new ArrayList<>();
      for (Command command : List.of(first, second)) {
        CorpusSettings settings = settings(command, first + "-" + second + results.size());
        results.add(
            threads.submit(
                () -> {
                  barrier.await();
                  return command.run(settings);
                }));
      }
      for (Future<Corpus> result : results) {
        addIfDone(done, result);
      }
    } finally {
      threads.shutdownNow();
    }
    return done;
  }

  /** Refused because of the other command, or because it finds the corpus that the other made. */
  private static void addIfDone(List<Corpus> done, Future<Corpus> result) throws Exception {
    try {
      done.add(result.get());
    } catch (ExecutionException e) {
      assertThat(e.getCause())
          .isInstanceOf(PalimpsestException.class)
          .message()
          .containsPattern("being written by another process|was prepared with");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FRESH", "ADD"})
  void aReaderGoesOnWithTheCorpusThatItOpened(Command command) throws IOException {
    Corpus before = Preparation.run(spark, settings(Map.of()));
    int blocks = (int) before.training().blocks();
    List<EpochBlock> expected = read(before, 3 * blocks, () -> {});
    List<EpochBlock> read =
        read(
            before,
            3 * blocks,
            () -> {
              try {
                command.run(settings(command, "more"));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    assertThat(read).isEqualTo(expected);
    assertThat(checked().manifest()).isNotEqualTo(before.manifest());
  }

  /** Reads blocks; after the first one something happens. */
  private static List<EpochBlock> read(Corpus corpus, int blocks, Runnable something) {
    List<EpochBlock> read = new ArrayList<>();
    try (BlockReader reader = corpus.training().reader(3, new WorkerSlice(0, 1, 0, 1))) {
      read.add(reader.next());
      something.run();
      while (read.size() < blocks) {
        read.add(reader.next());
      }
    }
    return read;
  }

  @Test
  void aPreparationThatFailsLeavesNoLanesAndReturnsTheLease() throws IOException {
    Preparation.run(spark, settings(Map.of()));
    int lanes = folder.resolve("corpus/training").toFile().list().length;
    CorpusSettings none =
        settings(Map.of("corpus.validation-share", 0.999, "corpus.max-rejected", 0, "seed", 9));
    assertThatThrownBy(() -> Preparation.fresh(spark, none))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("records were rejected, more than corpus.max-rejected");
    assertThat(folder.resolve("corpus/training").toFile().list()).hasSize(lanes);
    assertThat(folder.resolve("corpus/rejected").toFile().list())
        .as("the list that the message names")
        .hasSize(2);
    Preparation.fresh(spark, settings(Map.of()));
  }
}
