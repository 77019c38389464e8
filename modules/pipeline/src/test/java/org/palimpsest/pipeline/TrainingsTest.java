package org.palimpsest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;

/** Fits that run in the background, and that are stopped. */
@ExtendWith(PlainSpark.class)
@Tag("spark")
class TrainingsTest {
  private static final long LONG_MS = 60_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static Dataset<Row> texts;

  private final SparkSession spark;

  TrainingsTest(SparkSession spark) {
    this.spark = spark;
  }

  @BeforeAll
  static void prepare(SparkSession spark) {
    texts = Texts.frame(spark, "text", 200);
  }

  /** Trains for much longer than the tests. */
  private static DenoisingPretrainer endless(String name) {
    return Texts.pretrainer(folder.resolve(name))
        .setMaxSteps(1_000_000)
        .setWarmUpSteps(1)
        .setCheckpointEvery(100_000);
  }

  private static JsonNode snapshot(Training training) {
    try {
      return JSON.readTree(training.snapshot());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitSteps(Training training) {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              assertThat(snapshot(training).path("error").isNull()).isTrue();
              return snapshot(training).path("curve").size() > 0;
            });
  }

  private void requireUsableSession() {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> spark.sparkContext().statusTracker().getActiveJobIds().length == 0);
    assertThat(spark.range(5).count()).isEqualTo(5);
  }

  @Test
  void trainingIsShownWhileItRunsAndStoppedAtACheckpoint() throws Exception {
    Training training = Trainings.start(endless("stopped"), texts);
    awaitSteps(training);
    JsonNode running = snapshot(training);
    training.stop();

    assertThat(training.await(LONG_MS)).isTrue();
    assertThat(running.path("state").asText()).isEqualTo("training");
    assertThat(running.path("totalSteps").asLong()).isEqualTo(1_000_000);
    assertThat(running.path("loss").asDouble()).isBetween(1.0, 10.0);
    assertThat(running.path("workers").asInt()).isEqualTo(2);
    assertThat(snapshot(training).path("state").asText()).isEqualTo("stopped");
    assertThat(training.model().summary().ending()).isEqualTo("stopped");
    assertThat(training.model().summary().totalIterations()).isPositive();
    requireUsableSession();
  }

  @Test
  void nextFitGoesOnWhereTheLastOneWasStopped() throws Exception {
    Training training = Trainings.start(endless("resumed"), texts);
    awaitSteps(training);
    training.stop();
    assertThat(training.await(LONG_MS)).isTrue();
    int before = training.model().summary().totalIterations();

    EncoderDecoderModel model = endless("resumed").setMaxSteps(before + 2L).fit(texts);

    assertThat(model.summary().totalIterations()).isEqualTo(before + 2);
    assertThat(model.summary().ending()).isEqualTo("finished");
  }

  @Test
  void stopBeforeTheFirstStepLeavesNoModel() throws Exception {
    Training training = Trainings.start(endless("early"), texts);
    training.stop();

    assertThat(training.await(LONG_MS)).isTrue();
    assertThatThrownBy(training::model)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The training was stopped before its first checkpoint, so there is no model: fit again"
                + " to go on.");
    assertThat(snapshot(training).path("state").asText()).isEqualTo("failed");
    assertThat(snapshot(training).path("error").path("exitCode").asInt()).isEqualTo(6);
    requireUsableSession();
  }

  @Test
  void cancelledTrainingEndsWithinSeconds() throws Exception {
    Training training = Trainings.start(endless("cancelled"), texts);
    awaitSteps(training);
    training.cancel();

    assertThat(training.await(LONG_MS)).isTrue();
    requireUsableSession();
  }

  @Test
  void interruptedFitReturnsTheModelOfItsCheckpoint() throws Exception {
    EncoderDecoderModel[] fitted = new EncoderDecoderModel[1];
    Thread cell = new Thread(() -> fitted[0] = endless("interrupted").fit(texts));
    cell.start();
    Path metrics = folder.resolve("interrupted/status.json");
    await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(metrics));
    Thread.sleep(3000);
    cell.interrupt();
    cell.join(LONG_MS);

    assertThat(fitted[0]).isNotNull();
    assertThat(fitted[0].summary().ending()).isEqualTo("stopped");
    requireUsableSession();
  }

  @Test
  void secondFitInTheSameFolderIsRefused() throws Exception {
    Training training = Trainings.start(endless("shared"), texts);
    awaitSteps(training);

    assertThatThrownBy(() -> endless("shared").fit(texts))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("shared/checkpoints");
    training.stop();
    assertThat(training.await(LONG_MS)).isTrue();
    assertThat(training.model().summary().totalIterations()).isPositive();
  }

  @Test
  void tooFewSlotsAreNamed() {
    assertThatThrownBy(
            () ->
                endless("slots")
                    .setNumWorkers(5)
                    .setSettings("corpus.lanes=4", "training.start-timeout=1s")
                    .fit(texts))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("5")
        .hasMessageContaining("3")
        .hasMessageContaining("training.workers");
    requireUsableSession();
  }

  @Test
  void evaluatedCheckpointRestoresTexts() throws Exception {
    DenoisingPretrainer pretrainer =
        Texts.pretrainer(folder.resolve("evaluated")).setEvaluationEvery(10);
    Training training = Trainings.start(pretrainer, texts);
    assertThat(training.await(LONG_MS)).isTrue();

    JsonNode samples = snapshot(training).path("samples");
    assertThat(samples).hasSize(3);
    assertThat(samples)
        .allSatisfy(
            sample -> {
              assertThat(sample.path("damaged").asText()).contains("<mask>");
              assertThat(sample.path("restored").asText()).isNotEmpty();
              assertThat(sample.path("original").asText()).doesNotContain("<mask>").contains(" ");
            });
    String run = folder.resolve("evaluated").toString();
    assertThat(JSON.readTree(Trainings.snapshot(spark, run)).path("samples")).isEqualTo(samples);
  }

  @Test
  void stateIsALineForPeople() throws Exception {
    Training training = Trainings.start(endless("line"), texts);
    awaitSteps(training);

    assertThat(training.toString())
        .matches(
            "training, step [\\d,]+ of 1,000,000, loss \\d\\.\\d{4}, [\\d,]+ tokens/s,"
                + " .*(min \\d\\d s|min) left");
    training.cancel();
    assertThat(training.await(LONG_MS)).isTrue();
    assertThat(training.toString()).doesNotContain("left");
  }

  @Test
  void failureIsInTheLine() throws Exception {
    Training training = Trainings.start(endless("line-failed").setTextCol("body"), texts);

    assertThat(training.await(LONG_MS)).isTrue();
    assertThat(training.toString()).startsWith("failed, The DataFrame has no column 'body'");
  }

  @Test
  void failureIsInTheSnapshot() throws Exception {
    Training training = Trainings.start(endless("failed").setTextCol("body"), texts);

    assertThat(training.await(LONG_MS)).isTrue();
    JsonNode error = snapshot(training).path("error");
    assertThat(error.path("kind").asText()).isEqualTo("input");
    assertThat(error.path("exitCode").asInt()).isEqualTo(3);
    assertThat(error.path("message").asText()).startsWith("The DataFrame has no column 'body'");
  }

  @Test
  void modelOfARunningTrainingIsNotThereYet() throws Exception {
    Training training = Trainings.start(endless("running"), texts);

    assertThatThrownBy(training::model)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("The training has not ended: wait for it with await, or stop it.");
    assertThat(training.await(1)).isFalse();
    training.cancel();
    assertThat(training.await(LONG_MS)).isTrue();
  }

  @Test
  void runIsFollowedAndStoppedThroughItsFolder() throws Exception {
    Path run = folder.resolve("followed");
    Training training = Trainings.start(endless("followed").setCheckpointEvery(5), texts);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                Files.exists(run.resolve("status.json"))
                    && JSON.readTree(Trainings.snapshot(spark, run.toString())).path("curve").size()
                        > 0);
    JsonNode running = JSON.readTree(Trainings.snapshot(spark, run.toString()));

    assertThat(Trainings.stop(spark, run.toString())).isTrue();
    assertThat(training.await(LONG_MS)).isTrue();
    assertThat(running.path("state").asText()).isEqualTo("training");
    assertThat(running.path("loss").asDouble()).isBetween(1.0, 10.0);
    assertThat(JSON.readTree(Trainings.snapshot(spark, run.toString())).path("state").asText())
        .isEqualTo("stopped");
  }

  @Test
  void folderWithoutARunIsNamed() {
    assertThatThrownBy(() -> Trainings.snapshot(spark, folder.resolve("none").toString()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("There is no run in ")
        .hasMessageEndingWith("none yet: it has no status.json.");
  }

  @Test
  void doctorSaysWhatAFitWillFind() throws Exception {
    JsonNode findings = JSON.readTree(Trainings.doctor(endless("checked").setNumWorkers(5), spark));

    assertThat(findings).isNotEmpty();
    assertThat(findings)
        .anySatisfy(
            finding -> {
              assertThat(finding.path("verdict").asText()).isEqualTo("fail");
              assertThat(finding.path("sentence").asText()).contains("5");
            });
  }
}
