package org.palimpsest.cli.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener.SegmentStart;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.telemetry.RunStatus;

class InvocationTest {
  private static final SegmentStart START =
      new SegmentStart(100, 200, 1000, 2, Optional.of("/run/checkpoints/step-100"), 1);

  @TempDir private Path folder;

  private final List<String> warned = new ArrayList<>();

  private Invocation invocation(String... settings) {
    Recipe recipe = Recipe.defaults().with("run.directory=\"" + folder + "\"").with(settings);
    return Invocation.begin("pretrain", recipe, new Configuration(), warned::add);
  }

  private static Progress progress(long step, double loss) {
    return new Progress(
        "run",
        new Progress.Position(step, 1000),
        new Progress.Interval(loss, 1e-3, 10, 12, 0, 0),
        new Progress.Totals(4000, 5000, 0, 7),
        60);
  }

  private static RunResult result(RunResult.Ending ending) {
    return new RunResult(
        ending, 200, Optional.of("s3a://me:word@bucket/step-200"), 4000, 5000, 0, 0, 7);
  }

  private List<JsonNode> lines() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("history.jsonl"))) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  private String metric(String name) throws IOException {
    return Files.readAllLines(folder.resolve("metrics.prom")).stream()
        .filter(line -> line.startsWith("palimpsest_" + name + "{"))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .findFirst()
        .orElse("none");
  }

  @Test
  void writesWhatItDid() throws IOException {
    Invocation invocation = invocation();
    invocation.segmentStarted(START);
    invocation.progress(progress(200, 3.5));
    invocation.evaluated(200, 3.25, true);
    invocation.warning("A replica was slow.");
    invocation.finished(result(RunResult.Ending.TIME_LIMIT));

    assertThat(invocation.end(RunResult.Ending.TIME_LIMIT)).isEqualTo(6);

    JsonNode line = lines().get(0);
    assertThat(line.path("command").asText()).isEqualTo("pretrain");
    assertThat(line.path("ending").asText()).isEqualTo("time-limit");
    assertThat(line.path("exitCode").asInt()).isEqualTo(6);
    assertThat(line.path("reason").asText())
        .isEqualTo("Stopped at the time limit: run the command again to continue.");
    assertThat(line.path("firstStep").asLong()).isEqualTo(100);
    assertThat(line.path("step").asLong()).isEqualTo(200);
    assertThat(line.path("totalSteps").asLong()).isEqualTo(1000);
    assertThat(line.path("workers").asInt()).isEqualTo(2);
    assertThat(line.path("rawTokens").asLong()).isEqualTo(5000);
    assertThat(line.path("loss").asDouble()).isEqualTo(3.5);
    assertThat(line.path("heldOutLoss").asDouble()).isEqualTo(3.25);
    assertThat(line.path("checkpoint").asText()).isEqualTo("s3a://(redacted)@bucket/step-200");
    assertThat(line.path("warnings")).hasToString("[\"A replica was slow.\"]");
    assertThat(line.path("versions").fieldNames())
        .toIterable()
        .containsExactly("palimpsest", "spark", "java");
    assertThat(line.path("versions").path("spark").asText()).isNotEmpty();
    assertThat(warned).isEmpty();
  }

  @Test
  void endsWithZeroToGoOnIfSet() throws IOException {
    Invocation invocation = invocation("run.exit-codes=zero-to-go-on");

    assertThat(invocation.end(RunResult.Ending.STOPPED)).isZero();

    assertThat(lines().get(0).path("ending").asText()).isEqualTo("stopped");
    assertThat(lines().get(0).path("exitCode").asInt(-1)).isZero();
  }

  @Test
  void writesAFailureThatCameBeforeTheFirstStep() throws IOException {
    invocation().failed(5, "There is no room at https://me:word@host/.");

    JsonNode line = lines().get(0);
    assertThat(line.path("ending").asText()).isEqualTo("failed");
    assertThat(line.path("exitCode").asInt()).isEqualTo(5);
    assertThat(line.path("reason").asText())
        .isEqualTo("There is no room at https://(redacted)@host/.");
    assertThat(line.has("step")).isFalse();
  }

  @Test
  void leavesOutALossThatIsNoNumber() throws IOException {
    Invocation invocation = invocation();
    invocation.segmentStarted(START);
    invocation.progress(progress(150, Double.NaN));
    invocation.failed(4, "Training diverged at step 150.");

    assertThat(lines().get(0).has("loss")).isFalse();
    assertThat(lines().get(0).path("step").asLong()).isEqualTo(150);
    assertThat(metric("loss")).isEqualTo("none");
  }

  @Test
  void writesThatTheOneBeforeWasKilled() throws IOException {
    new RunStatus(folder.toString(), new Configuration()).segmentStarted(START);

    Invocation invocation = invocation();
    invocation.segmentStarted(START);
    invocation.segmentStarted(START);
    int unused = invocation.end(RunResult.Ending.FINISHED);

    assertThat(lines())
        .extracting(line -> line.path("ending").asText())
        .containsExactly("killed", "finished");
    assertThat(lines().get(0).path("step").asLong()).isEqualTo(100);
    assertThat(lines().get(0).path("ended").asText()).isNotEmpty();
  }

  @Test
  void writesNothingAboutOneThatEnded() throws IOException {
    RunStatus status = new RunStatus(folder.toString(), new Configuration());
    status.finished(result(RunResult.Ending.TIME_LIMIT));

    Invocation invocation = invocation();
    invocation.segmentStarted(START);
    int unused = invocation.end(RunResult.Ending.FINISHED);

    assertThat(lines()).hasSize(1);
  }

  @Test
  void keepsMetricsWhileItTrainsAndAfterwards() throws IOException {
    Invocation invocation = invocation();
    invocation.segmentStarted(START);
    assertThat(metric("running")).isEqualTo("1");
    assertThat(metric("step")).isEqualTo("100");
    assertThat(metric("last_exit_code")).isEqualTo("none");

    invocation.progress(progress(180, 3.5));
    invocation.checkpointPublished("step-180", 180);
    assertThat(metric("step")).isEqualTo("180");
    assertThat(metric("loss")).isEqualTo("3.5");

    invocation.finished(result(RunResult.Ending.TIME_LIMIT));
    int unused = invocation.end(RunResult.Ending.TIME_LIMIT);
    assertThat(metric("running")).isEqualTo("0");
    assertThat(metric("raw_tokens")).isEqualTo("5000");
    assertThat(metric("last_exit_code")).isEqualTo("6");
    assertThat(metric("last_end_timestamp_seconds"))
        .isEqualTo(metric("last_success_timestamp_seconds"));
  }

  @Test
  void keepTheTimeOfTheLastSuccessAfterAFailure() throws IOException {
    Files.writeString(
        folder.resolve("history.jsonl"),
        "{\"ending\":\"finished\",\"exitCode\":0,\"ended\":\"2026-01-02T03:04:05Z\"}\n");

    invocation().failed(5, "The cluster was lost.");

    assertThat(metric("last_exit_code")).isEqualTo("5");
    assertThat(metric("last_success_timestamp_seconds")).isEqualTo("1767323045");
  }

  @Test
  void namesAndExplainsEveryMetric() throws IOException {
    invocation().failed(5, "The cluster was lost.");

    assertThat(Files.readAllLines(folder.resolve("metrics.prom")))
        .allMatch(
            line ->
                line.matches("# (HELP|TYPE) palimpsest_[a-z_]+ .+")
                    || line.matches("palimpsest_[a-z_]+\\{run=\"file:.*\"} [-0-9.E]+"));
  }

  @Test
  void tellsTheWebhookTheSameLine() throws IOException {
    try (WebhookServer server = new WebhookServer(200, Duration.ZERO)) {
      Invocation invocation =
          invocation("run.on-end.webhook=\"http://127.0.0.1:" + server.port() + "/\"");
      int unused = invocation.end(RunResult.Ending.FINISHED);

      assertThat(server.requests).hasSize(1);
      assertThat(server.requests.get(0).body())
          .isEqualTo(Files.readAllLines(folder.resolve("history.jsonl")).get(0));
    }
  }

  @Test
  void endsTheSameIfAHookFails() {
    Invocation invocation = invocation("run.on-end.command=[sh, -c, \"exit 1\"]");

    assertThat(invocation.end(RunResult.Ending.FINISHED)).isZero();
    assertThat(warned).containsExactly("The command of run.on-end ended with code 1.");
  }

  @Test
  void endsTheSameIfNothingCanBeWritten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Recipe recipe = Recipe.defaults().with("run.directory=\"" + file.resolve("run") + "\"");
    Invocation invocation = Invocation.begin("pretrain", recipe, new Configuration(), warned::add);

    assertThat(invocation.end(RunResult.Ending.TIME_LIMIT)).isEqualTo(6);
    assertThat(warned)
        .singleElement()
        .asString()
        .startsWith("The history of the run could not be written: ");
  }
}
