package org.palimpsest.schedulers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.schedulers.Shell.Outcome;
import org.palimpsest.schedulers.Shell.Started;

/** {@code deploy/standalone}: drivers on Workers, and supervision. */
@Tag("cluster")
@Timeout(600)
class StandaloneIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir private static Path shared;
  private static StandaloneCluster cluster;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    cluster = new StandaloneCluster(shared);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private Started submit(String... settings) {
    Project.text(folder.resolve("in/monday.txt"), 1);
    return new Shell(
            folder,
            Map.of(
                "COMMAND", "nightly",
                "DRIVER_MEMORY", "1g",
                "EXECUTOR_MEMORY", "700m",
                "SPARK_LOCAL_IP", "127.0.0.1"))
        .start(
            List.of(
                "bash",
                Project.home().resolve("deploy/standalone/submit").toString(),
                cluster.master(),
                Project.recipe(folder, settings).toString()));
  }

  private String status() throws IOException {
    Path file = folder.resolve("run/status.json");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private List<String> history() throws IOException {
    Path file = folder.resolve("run/history.jsonl");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  @Test
  void aDriverOnAWorkerFinishesANight() throws IOException {
    Outcome night = submit().await(PATIENCE);

    assertThat(status()).as(night.output()).contains("\"state\" : \"finished\"");
    assertThat(night.code()).as(night.output()).isZero();
    assertThat(folder.resolve("run/model/config.json")).exists();
  }

  @Test
  void aNightThatStopsAtItsLimitIsNotStartedAgain() throws IOException {
    Outcome night = submit("training { steps = 1000000, time-limit = 3s }").await(PATIENCE);

    assertThat(night.code()).as(night.output()).isZero();
    assertThat(status()).contains("\"state\" : \"time-limit\"");
    assertThat(history()).hasSize(1);
  }

  @Test
  void aDriverThatWasKilledGoesOn() throws IOException {
    Started night = submit("training { steps = 3000 }, checkpoint.every = 20");
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> !night.process().isAlive() || status().contains("step-"));
    assertThat(night.process().isAlive()).as(night.text()).isTrue();

    assertThat(driver().orElseThrow().destroyForcibly()).isTrue();
    Awaitility.await().atMost(PATIENCE).until(() -> history().size() == 2); // at the night's end

    assertThat(history().get(0)).contains("\"ending\":\"killed\"");
    assertThat(status()).contains("\"state\" : \"finished\"");
  }

  private Optional<ProcessHandle> driver() {
    return ProcessHandle.allProcesses().filter(this::isDriver).findFirst();
  }

  /** A command line may be longer than what a process handle tells. */
  private boolean isDriver(ProcessHandle process) {
    try {
      String line = Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
      return line.contains("org.apache.spark.deploy.worker.DriverWrapper")
          && line.contains(folder.toString());
    } catch (IOException e) {
      return false; // It has ended.
    }
  }
}
