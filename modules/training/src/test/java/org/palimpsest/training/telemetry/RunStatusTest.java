package org.palimpsest.training.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.training.event.RunListener.SegmentStart;
import org.palimpsest.training.event.RunResult;

class RunStatusTest {
  private static final SegmentStart START =
      new SegmentStart(10, 20, 100, 2, Optional.of("step-10"), 1);

  @TempDir Path folder;

  private RunStatus status() {
    return new RunStatus(folder.toUri().toString(), new Configuration());
  }

  private JsonNode file() {
    try {
      return new ObjectMapper().readTree(folder.resolve("status.json").toFile());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static RunResult result(RunResult.Ending ending) {
    return new RunResult(ending, 40, Optional.of("step-40"), 1, 2, 0, 5, 3);
  }

  private void expect(String state, int exitCode, String reason, long step, String checkpoint) {
    JsonNode file = file();
    assertThat(file.path("state").asText()).isEqualTo(state);
    assertThat(file.path("exitCode").asInt(-1)).isEqualTo(exitCode);
    assertThat(file.path("reason").asText()).isEqualTo(reason);
    assertThat(file.path("step").asLong()).isEqualTo(step);
    assertThat(file.path("checkpoint").asText()).isEqualTo(checkpoint);
    assertThat(Instant.parse(file.path("time").asText())).isBefore(Instant.now().plusSeconds(1));
  }

  @Test
  void writesStepAndCheckpointWhileRunning() {
    RunStatus status = status();
    status.segmentStarted(START);
    expect("running", 0, "Training.", 10, "step-10");
    status.checkpointPublished("step-20", 20);
    expect("running", 0, "Training.", 20, "step-20");
  }

  @Test
  void writesTheStateOfEachEnding() {
    RunStatus status = status();
    status.finished(result(RunResult.Ending.FINISHED));
    expect("finished", 0, "All steps are done.", 40, "step-40");
    status.finished(result(RunResult.Ending.EARLY));
    expect("early", 0, "The held-out loss did not improve.", 40, "step-40");
    status.finished(result(RunResult.Ending.TIME_LIMIT));
    expect(
        "time-limit",
        6,
        "Stopped at the time limit: run the command again to continue.",
        40,
        "step-40");
  }

  @Test
  void writesTheLastCheckpointAfterAFailure() {
    RunStatus status = status();
    status.segmentStarted(START);
    status.checkpointPublished("step-20", 20);
    status.failed(4, "Training diverged.");
    expect("failed", 4, "Training diverged.", 20, "step-20");
  }

  @Test
  void earlyFailureDoesNotOverwriteARunningState() {
    status().failed(2, "Unknown key.");
    expect("failed", 2, "Unknown key.", 0, "");
    status().segmentStarted(START);
    status().failed(5, "Another run holds the folder.");
    expect("running", 0, "Training.", 10, "step-10");
  }

  /** As when a night's new text is refused. */
  @Test
  void aRefusedInvocationKeepsTheStepOfTheOneBefore() {
    status().finished(result(RunResult.Ending.TIME_LIMIT));
    status().failed(3, "The corpus has new text.");
    expect("failed", 3, "The corpus has new text.", 40, "step-40");
  }

  @Test
  void ignoresAFolderThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    new RunStatus(file.toUri().toString(), new Configuration()).segmentStarted(START);

    assertThat(file).hasContent("");
  }
}
