package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.dist.InProcess.Outcome;

/** Stops {@code pretrain}, which runs in a process of its own, by signals and by a command. */
@ExtendWith(SmallRunExtension.class)
@Tag("cluster")
@Timeout(300)
class StopIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private Path scratch;

  private final SmallRun small;
  private Process pretrain;

  StopIT(SmallRun small) {
    this.small = small;
  }

  @AfterEach
  void kill() {
    pretrain.destroyForcibly();
  }

  private Path run() {
    return scratch.resolve("run");
  }

  /** Trains on the small corpus in the middle of a very long round. */
  private void train() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Launcher.assembledHome().resolve("bin/palimpsest").toString());
    command.addAll(List.of("pretrain", "--master", "local[2]", "--driver-memory", "1g"));
    for (String setting : settings()) {
      command.addAll(List.of("--set", setting));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(scratch.resolve("out").toFile())
            .redirectError(scratch.resolve("err").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
    pretrain = builder.start();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> Files.exists(run().resolve("status.json")) && hasProgress());
  }

  private boolean hasProgress() throws IOException {
    return Files.readString(scratch.resolve("err")).contains("step ");
  }

  private List<String> settings() {
    return List.of(
        "run.directory=" + run(),
        "corpus.path=" + small.folder().resolve("corpus"),
        "model.preset=tiny",
        "training.workers=2",
        "training.batch-blocks=8",
        "training.synchronous-steps=5",
        "training.inner-steps=1000000",
        "training.aggregate=parameters",
        "training.steps=1000000",
        "checkpoint.every=1000000");
  }

  private String status(String field) throws IOException {
    return new ObjectMapper()
        .readTree(Files.readString(run().resolve("status.json")))
        .path(field)
        .asText();
  }

  @Test
  void sigtermPublishesACheckpointWithinTheRound() throws Exception {
    train();

    pretrain.destroy();

    assertThat(pretrain.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(scratch.resolve("err"))).contains("palimpsest: stopping after");
    assertThat(pretrain.exitValue()).isEqualTo(6);
    assertThat(status("state")).isEqualTo("stopped");
    assertThat(Long.parseLong(status("step"))).isPositive();
    assertThat(status("checkpoint")).contains("step-");
    assertThat(Files.readString(scratch.resolve("out"))).startsWith("Stopped on request");
  }

  @Test
  void theSecondSignalEndsTheProcessAtOnce() throws Exception {
    train();

    pretrain.destroy();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> Files.readString(scratch.resolve("err")).contains("stopping after"));
    pretrain.destroy();

    assertThat(pretrain.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pretrain.exitValue()).isEqualTo(128 + 15);
  }

  @Test
  void theCommandStopsARunOfAnotherProcess() throws Exception {
    train();

    Outcome stop = small.run("stop", "--run", run().toString());

    assertThat(stop.err()).isEmpty();
    assertThat(stop.out()).startsWith("Stopped. Checkpoint of step ");
    assertThat(stop.code()).isZero();
    assertThat(pretrain.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(pretrain.exitValue()).isEqualTo(6);
    assertThat(small.run("stop", "--run", run().toString()).out())
        .isEqualTo("No run is active in " + run() + ".\n");
  }
}
