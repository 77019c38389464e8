package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.FaultPlan.Way;
import org.palimpsest.training.config.Transport;

/** The executors verify the checkpoint that a run goes on from. */
@Tag("spark")
class ParallelVerificationTest extends RecoveryCase {
  ParallelVerificationTest(SparkSession spark) {
    super(spark);
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
}
