package org.palimpsest.tasks.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener.SegmentStart;
import org.palimpsest.training.event.RunResult;

class MlflowTest {
  @TempDir Path run;
  private FakeServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Mlflow.Tracking tracking(String... environment) {
    Map<String, String> all = new HashMap<>(Map.of("MLFLOW_TRACKING_URI", server.uri()));
    for (int i = 0; i < environment.length; i += 2) {
      all.put(environment[i], environment[i + 1]);
    }
    Recipe recipe = Recipe.defaults().with("run.directory = \"" + run + "\"", "seed = 42");
    return Mlflow.of(recipe, new Configuration(false), all);
  }

  private static void trainTo(Mlflow.Tracking tracking, long step, RunResult.Ending ending) {
    tracking.listener().segmentStarted(started(step));
    tracking.listener().progress(progress(step, 2.5));
    tracking.listener().evaluated(step, 3.5, true);
    tracking.listener().finished(result(ending, step));
  }

  private static SegmentStart started(long step) {
    return new SegmentStart(0, step, step, 1, Optional.empty(), 1);
  }

  private static RunResult result(RunResult.Ending ending, long step) {
    return new RunResult(ending, step, Optional.empty(), 1, 1, 0, 0, 1.0);
  }

  private static Progress progress(long step, double loss) {
    return new Progress(
        "id",
        new Progress.Position(step, 10),
        new Progress.Interval(loss, 0.01, 100, 90, 0.1, 0),
        new Progress.Totals(1000, 900, 0, 1.0),
        5.0);
  }

  private static Stream<JsonNode> each(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private Stream<JsonNode> logged(String kind) {
    return server.bodies("runs/log-batch").stream().flatMap(body -> each(body.path(kind)));
  }

  @Test
  void withoutAServerNothingIsTracked() {
    Mlflow.Tracking none =
        Mlflow.of(Recipe.defaults(), new Configuration(false), Map.of("MLFLOW_RUN_ID", "r"));

    assertThat(none.server()).isEmpty();
  }

  @Test
  void aFolderIsNotAServer() {
    Mlflow.Tracking none =
        Mlflow.of(
            Recipe.defaults(),
            new Configuration(false),
            Map.of("MLFLOW_TRACKING_URI", "file:///mlruns"));

    assertThat(none.server()).isEmpty();
  }

  @Test
  void aFirstInvocationCreatesARunInAnExperiment() throws IOException {
    trainTo(tracking("MLFLOW_EXPERIMENT_NAME", "nights"), 10, RunResult.Ending.FINISHED);

    assertThat(server.bodies("experiments/create").get(0).path("name").asText())
        .isEqualTo("nights");
    assertThat(server.bodies("runs/create").get(0).path("experiment_id").asText()).isEqualTo("7");
    assertThat(Files.readString(run.resolve("mlflow.json"))).contains("\"r1\"", server.uri());
  }

  @Test
  void theRecipeBecomesParamsInBatchesThatTheServerTakes() {
    trainTo(tracking(), 10, RunResult.Ending.FINISHED);

    assertThat(logged("params"))
        .anySatisfy(
            param -> {
              assertThat(param.path("key").asText()).isEqualTo("seed");
              assertThat(param.path("value").asText()).isEqualTo("42");
            })
        .allSatisfy(param -> assertThat(param.path("value").asText()).hasSizeLessThan(501));
    assertThat(server.bodies("runs/log-batch"))
        .allSatisfy(body -> assertThat(body.path("params").size()).isLessThanOrEqualTo(100));
  }

  @Test
  void lossesBecomeMetricsByStep() {
    trainTo(tracking(), 10, RunResult.Ending.FINISHED);

    assertThat(logged("metrics").map(m -> m.path("key").asText() + "@" + m.path("step").asLong()))
        .contains("loss@10", "learning_rate@10", "tokens_per_second@10", "held_out_loss@10");
    assertThat(logged("metrics").filter(m -> m.path("key").asText().equals("loss")))
        .extracting(m -> m.path("value").asDouble())
        .containsExactly(2.5);
  }

  @Test
  void manyMetricsGoInBatchesThatTheServerTakes() {
    Mlflow.Tracking tracking = tracking();
    tracking.listener().segmentStarted(started(900));
    for (long step = 1; step <= 900; step++) {
      tracking.listener().progress(progress(step, 2.5));
    }
    tracking.listener().finished(result(RunResult.Ending.FINISHED, 900));

    assertThat(logged("metrics")).hasSize(3600);
    assertThat(server.bodies("runs/log-batch"))
        .allSatisfy(body -> assertThat(body.path("metrics").size()).isLessThanOrEqualTo(1000));
  }

  @Test
  void aLossThatIsNotFiniteIsLeftOut() {
    Mlflow.Tracking tracking = tracking();
    tracking.listener().segmentStarted(started(10));
    tracking.listener().progress(progress(10, Double.NaN));
    tracking.listener().finished(result(RunResult.Ending.FINISHED, 10));

    assertThat(logged("metrics").map(m -> m.path("key").asText()))
        .doesNotContain("loss")
        .contains("learning_rate");
  }

  @Test
  void theNextInvocationContinuesTheRun() {
    trainTo(tracking(), 5, RunResult.Ending.STOPPED);
    server.requests.clear();

    trainTo(tracking(), 10, RunResult.Ending.FINISHED);

    assertThat(server.requests)
        .extracting(FakeServer.Request::method)
        .doesNotContain("runs/create", "experiments/create");
    assertThat(logged("params")).isEmpty();
    assertThat(server.bodies("runs/update"))
        .extracting(body -> body.path("run_id").asText() + " " + body.path("status").asText())
        .containsExactly("r1 RUNNING", "r1 FINISHED");
  }

  @Test
  void theEnvironmentMayNameTheRun() {
    trainTo(tracking("MLFLOW_RUN_ID", "given"), 10, RunResult.Ending.FINISHED);

    assertThat(server.bodies("runs/create")).isEmpty();
    assertThat(server.bodies("runs/log-batch"))
        .isNotEmpty()
        .allSatisfy(body -> assertThat(body.path("run_id").asText()).isEqualTo("given"));
  }

  @Test
  void aStoppedRunIsKilledAndAFailedOneFailed() {
    trainTo(tracking(), 5, RunResult.Ending.TIME_LIMIT);
    Mlflow.Tracking failing = tracking();
    failing.listener().segmentStarted(started(10));
    failing.failed();

    assertThat(server.bodies("runs/update"))
        .extracting(body -> body.path("status").asText())
        .containsExactly("KILLED", "RUNNING", "FAILED");
  }

  @Test
  void aTokenIsSentAndNotLogged() {
    trainTo(tracking("MLFLOW_TRACKING_TOKEN", "s3cret"), 10, RunResult.Ending.FINISHED);

    assertThat(server.requests)
        .isNotEmpty()
        .extracting(FakeServer.Request::authorization)
        .containsOnly("Bearer s3cret");
    assertThat(logged("params")).noneMatch(param -> param.toString().contains("s3cret"));
  }

  @Test
  void aServerThatFailsIsLeftAloneAfterThreeAttempts() {
    server.failWith(500);
    Mlflow.Tracking tracking = tracking();
    tracking.listener().segmentStarted(started(10));
    for (long step = 1; step <= 10; step++) {
      tracking.listener().progress(progress(step, 2.5));
      tracking.listener().checkpointPublished("c", step);
    }
    tracking.listener().finished(result(RunResult.Ending.FINISHED, 10));

    assertThat(server.requests).hasSize(3);
  }
}
