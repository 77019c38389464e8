package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.FaultPlan;
import org.palimpsest.storage.FaultPlan.Extent;
import org.palimpsest.storage.FaultPlan.Way;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.config.Transport;
import org.palimpsest.training.event.RunListener;

/** From where a run goes on, and what it deletes. */
@Tag("spark")
class RecoveryTest extends ToyRunCase {
  private static final ToyWorkload WORKLOAD = ToyWorkload.sound(0.9);

  private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
  private final List<Long> starts = new ArrayList<>();
  private final List<Integer> kept = new ArrayList<>();
  private FaultPlan plan;
  private Recipe recipe;
  private String directory = "run";

  RecoveryTest(SparkSession spark) {
    super(spark);
  }

  @BeforeEach
  void train() {
    plan = FaultPlan.install(spark.sparkContext().hadoopConfiguration(), FaultPlan.Kind.DISK);
    recipe =
        recipe("run", "training.steps=10", "checkpoint.every=5")
            .with("run.directory=\"faulty:" + folder.resolve("run") + "\"");
    train(recipe, WORKLOAD);
    recipe = recipe.with("training.steps=15");
    plan.repair();
  }

  private RunListener listener() {
    return new RunListener() {
      @Override
      public void warning(String sentence) {
        warnings.add(sentence);
      }

      @Override
      public void segmentStarted(SegmentStart start) {
        starts.add(start.firstStep());
      }

      @Override
      public void checkpointPublished(String path, long step) {
        kept.add((int) folders().stream().filter(RecoveryTest::isFinished).count());
      }
    };
  }

  private void resume() {
    var unused = train(recipe, WORKLOAD, listener());
  }

  private void assertRefuses(String sentence, Kind kind) {
    List<String> before = contents();
    PalimpsestException failure = catchThrowableOfType(PalimpsestException.class, () -> resume());
    assertThat(failure).hasMessageContaining(sentence).message().doesNotContain("\n");
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(starts).as("first steps of segments").isEmpty();
    assertThat(contents()).isEqualTo(before).isNotEmpty();
  }

  private float[] uninterrupted() {
    Recipe reference = recipe("reference", "training.steps=15");
    train(reference, WORKLOAD);
    return parameters(reference);
  }

  private List<Path> folders() {
    return checkpoints(recipe).names().stream()
        .map(name -> folder.resolve(directory).resolve("checkpoints").resolve(name))
        .toList();
  }

  private static boolean isFinished(Path checkpoint) {
    return Files.exists(checkpoint.resolve("manifest.json"));
  }

  /** All files of checkpoints. */
  private List<String> contents() {
    try (var files = Files.walk(folder.resolve(directory).resolve("checkpoints"))) {
      return files.map(Path::toString).filter(name -> !name.contains("lease")).sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void change(Path file, String before, String after) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(before);
    Files.write(file, text.replace(before, after).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void damage(Path checkpoint) throws IOException {
    damage(checkpoint, "parameters.bin");
  }

  private static void damage(Path checkpoint, String name) throws IOException {
    Path file = checkpoint.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[5] ^= 1;
    Files.write(file, bytes);
  }

  private void failEvery(String call, Way way) {
    plan.count(call::equals);
    plan.fail(1, way, Extent.FROM_THEN_ON);
  }

  @Test
  void checkpointsOfAnotherVersionStopTheRun() throws IOException {
    for (Path checkpoint : folders()) {
      change(checkpoint.resolve("manifest.json"), "\"version\" : 1", "\"version\" : 9");
    }
    assertRefuses(
        " has format version 9, but this version of Palimpsest reads 1 and 2: use the version that"
            + " wrote it.",
        Kind.INPUT);
  }

  @Test
  void checkpointsThatMayNotBeReadStopTheRun() {
    failEvery("open parameters.bin", Way.DENIED_AS_NOT_FOUND);
    assertRefuses(" may be good, but it cannot be read (", Kind.INPUT);
    plan.repair();
    resume();
    assertThat(starts).containsExactly(10L);
    assertThat(parameters(recipe)).containsExactly(uninterrupted());
  }

  @Test
  void manifestsThatMayNotBeReadStopTheRun() {
    failEvery("status manifest.json", Way.DENIED_AS_NOT_FOUND);
    assertRefuses("manifest.json cannot be accessed: ", Kind.INPUT);
  }

  @Test
  void runDoesNotStartAnewAmongDamagedCheckpoints() throws IOException {
    for (Path checkpoint : folders()) {
      damage(checkpoint);
    }
    assertRefuses(", but none is intact: restore one from a copy, or start over", Kind.INPUT);
    startOver();
  }

  private void startOver() {
    Run.of(recipe, spark, WORKLOAD, Map.of(), listener()).trainFromScratch();
    assertThat(starts).containsExactly(0L);
    assertThat(folders()).hasSize(2);
    assertThat(parameters(recipe)).containsExactly(uninterrupted());
  }

  @Test
  void freshRunReplacesCheckpointsOfAnotherVersion() throws IOException {
    for (Path checkpoint : folders()) {
      change(checkpoint.resolve("manifest.json"), "\"version\" : 1", "\"version\" : 9");
    }
    recipe = recipe.fromScratch();
    startOver();
  }

  @Test
  void damagedCheckpointIsPutAsideAndStays() throws IOException {
    Path damaged = folders().get(1);
    damage(damaged);
    resume();
    assertThat(starts).containsExactly(5L);
    assertThat(damaged.resolve("quarantine.json")).content().contains("parameters.bin is damaged");
    assertThat(damaged.resolve("parameters.bin")).exists();
    assertThat(parameters(recipe)).containsExactly(uninterrupted());
    recipe = recipe.with("training.steps=40");
    resume();
    assertThat(folders()).hasSize(3).contains(damaged);
  }

  /** A file that only one worker would read. */
  @ParameterizedTest
  @EnumSource
  void damageOfOneWorkersFileIsFoundBeforeTheRunGoesOn(Transport transport) throws IOException {
    withTransport(transport);
    Path damaged = folders().get(1);
    damage(damaged, optimizerOf(damaged, 1));

    resume();

    assertThat(starts).containsExactly(5L);
    assertThat(damaged.resolve("quarantine.json")).content().contains("is damaged");
    assertThat(damaged.resolve("parameters.bin")).exists();
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("is damaged: its size or checksum differs from the manifest.")
        .contains("step-00000005")
        .endsWith(" is used instead.");
  }

  @ParameterizedTest
  @EnumSource
  void aFileOfOneWorkerThatMayNotBeReadStopsTheRun(Transport transport) throws IOException {
    withTransport(transport);
    failEvery("open " + optimizerOf(folders().get(1), 1), Way.ACCESS_DENIED);

    assertRefuses(" may be good, but it cannot be read (", Kind.INPUT);
  }

  /** Its disk, its mounts, or its memory is broken. */
  @Test
  void whatOnlyAnExecutorReadsOtherwiseIsNoDamage() throws IOException {
    withTransport(Transport.COLLECTIVE);
    Path file = folders().get(1).resolve(optimizerOf(folders().get(1), 1));
    byte[] good = Files.readAllBytes(file);
    byte[] other = good.clone();
    other[5] ^= 1;
    plan.count(
        call -> {
          if (call.equals("open " + file.getFileName())) {
            write(file, Thread.currentThread().getName().startsWith("Executor") ? other : good);
          }
          return false;
        });

    assertRefuses(" does not read what the driver reads (", Kind.CLUSTER);
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A run that was begun with a state of every worker, to be resumed. */
  private void withTransport(Transport transport) {
    String name = transport.name().toLowerCase(Locale.ROOT);
    recipe =
        recipe.with(
            "training.transport=" + name,
            "training.aggregate=parameters",
            "training.inner-steps=5",
            "training.inner-state=carried",
            "training.workers=2",
            "run.directory=\"faulty:" + folder.resolve(name) + "\"");
    directory = name;
    train(recipe.with("training.steps=10"), WORKLOAD);
    plan.repair();
  }

  private static String optimizerOf(Path checkpoint, int rank) throws IOException {
    try (var files = Files.list(checkpoint)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.startsWith("optimizer-0000" + rank))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void theDriverReadsNoVectorOfACheckpoint() {
    withTransport(Transport.COLLECTIVE);
    Set<String> readers = ConcurrentHashMap.newKeySet();
    plan.count(
        call -> {
          if (call.matches("open .*\\.bin") && starts.isEmpty()) {
            readers.add(Thread.currentThread().getName());
          }
          return false;
        });

    resume();

    assertThat(readers).isNotEmpty().allMatch(name -> name.startsWith("Executor task launch"));
  }

  @Test
  void unfinishedFoldersMakeRoomBeforeAnythingIsWritten() throws IOException {
    Path unfinished = folder.resolve("run/checkpoints/step-00000012-dead");
    Files.createDirectories(unfinished);
    Files.write(unfinished.resolve("parameters.bin"), new byte[1000]);
    plan.count(call -> call.startsWith("write parameters.bin") && Files.exists(unfinished));
    plan.fail(1, Way.FS_ERROR, Extent.FROM_THEN_ON);
    resume();
    assertThat(unfinished).doesNotExist();
    assertThat(warnings).isEmpty();
  }

  @Test
  void fullDiskStopsTheRunAndSaysSo() {
    failEvery("write parameters.bin", Way.FS_ERROR);
    assertThatThrownBy(this::resume)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            "The run stopped, because a checkpoint could not be written; the last good checkpoint"
                + " is faulty:")
        .hasMessageEndingWith("parameters.bin cannot be written: No space left on device.")
        .extracting(e -> ((PalimpsestException) e).kind())
        .isEqualTo(Kind.CLUSTER);
    plan.repair();
    resume();
    assertThat(starts).containsExactly(10L, 10L);
    assertThat(parameters(recipe)).containsExactly(uninterrupted());
  }

  @Test
  void oneCheckpointMoreIsKeptUntilTheEnd() {
    recipe = recipe.with("training.steps=40", "checkpoint.keep=2");
    resume();
    assertThat(kept).hasSizeGreaterThan(2).endsWith(3, 3).allMatch(count -> count <= 3);
    assertThat(folders()).hasSize(2);
  }

  @Test
  void nothingThatEndsAfterThePublicationUndoesIt() {
    plan.count(call -> call.startsWith("delete step-"));
    plan.fail(1, Way.ACCESS_DENIED, Extent.FROM_THEN_ON);
    recipe = recipe.with("checkpoint.keep=1");
    resume();
    assertThat(warnings).isNotEmpty().allMatch(warning -> warning.contains("cannot be deleted"));
    assertThat(checkpoints(recipe).newest().orElseThrow().step()).isEqualTo(15);
    assertThat(folders()).hasSize(3);
  }
}
