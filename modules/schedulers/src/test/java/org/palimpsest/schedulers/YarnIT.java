package org.palimpsest.schedulers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.schedulers.Shell.Outcome;
import org.palimpsest.schedulers.Shell.Started;

/** {@code deploy/yarn/submit} on a YARN of one process: exit codes and what becomes of them. */
@Tag("cluster")
@Timeout(600)
class YarnIT {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir private static Path shared;
  private static MiniYarn yarn;
  private static Path spark;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    spark = Project.sparkHome();
    yarn = new MiniYarn(shared);
    Files.createDirectories(shared.resolve("spark-conf"));
    Files.writeString(
        shared.resolve("spark-conf/spark-defaults.conf"),
        """
        spark.yarn.jars local:%s/jars/*
        spark.yarn.stagingDir file:%s/staging
        spark.ui.enabled false
        spark.driver.memory 1g
        spark.yarn.appMasterEnv.SPARK_LOCAL_IP 127.0.0.1
        spark.executorEnv.SPARK_LOCAL_IP 127.0.0.1
        """
            .formatted(spark, shared));
  }

  @AfterAll
  static void stop() {
    yarn.close();
  }

  private Shell shell(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", spark.resolve("bin") + ":" + System.getenv("PATH"));
    environment.put("HADOOP_CONF_DIR", yarn.conf().toString());
    environment.put("SPARK_CONF_DIR", shared.resolve("spark-conf").toString());
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.put("EXECUTORS", "2");
    environment.put("CORES", "1");
    environment.putAll(more);
    return new Shell(folder, environment);
  }

  private Started submit(Map<String, String> environment, Path recipe, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "bash",
                Project.deploy("yarn/submit").toString(),
                Project.oneJar().toString(),
                recipe.toString()));
    command.addAll(List.of(more));
    return shell(environment).start(command);
  }

  private Path recipe(String... more) {
    Project.text(folder.resolve("in/monday.txt"), 1);
    return Project.recipe(folder, more);
  }

  private String status() throws IOException {
    return Files.readString(folder.resolve("run/status.json"));
  }

  private static void expectFinal(FinalApplicationStatus status, String output) {
    ApplicationReport report = yarn.newest();
    assertThat(report.getFinalApplicationStatus())
        .as("%s %s", report.getDiagnostics(), output)
        .isEqualTo(status);
  }

  /** What the caller and the containers have seen. */
  private static String said(Outcome outcome) {
    return outcome.output() + "\n" + yarn.logs();
  }

  @Test
  void aNightSucceedsInClusterMode() throws IOException {
    Outcome outcome = submit(Map.of("COMMAND", "nightly"), recipe()).await(PATIENCE);

    assertThat(outcome.code()).as(said(outcome)).isZero();
    expectFinal(FinalApplicationStatus.SUCCEEDED, outcome.output());
    assertThat(status()).contains("\"state\" : \"finished\"");
    assertThat(folder.resolve("run/model/config.json")).exists();
    assertThat(folder.resolve("run/history.jsonl")).content().contains("\"command\":\"nightly\"");
  }

  @Test
  void aNightThatStopsAtItsLimitSucceedsInClusterMode() throws IOException {
    Path recipe = recipe("training { steps = 1000000, time-limit = 3s }");

    Outcome outcome = submit(Map.of("COMMAND", "nightly"), recipe).await(PATIENCE);

    assertThat(outcome.code()).as(said(outcome)).isZero();
    expectFinal(FinalApplicationStatus.SUCCEEDED, outcome.output());
    assertThat(status()).contains("\"state\" : \"time-limit\"").contains("\"exitCode\" : 6");
  }

  @Test
  void aRunThatDivergesFailsInClusterMode() throws IOException {
    Path recipe = recipe(DIVERGING);

    Outcome outcome = submit(Map.of("COMMAND", "nightly"), recipe).await(PATIENCE);

    assertThat(outcome.code()).as(said(outcome)).isNotZero();
    expectFinal(FinalApplicationStatus.FAILED, outcome.output());
    assertThat(status()).contains("\"exitCode\" : 4").contains("Training diverged at step");
  }

  private static final String DIVERGING =
      "optimizer { kind = sgd, clip-norm = 0 }, schedule { peak = 1e30, warm-up-steps = 0 }";

  @Test
  void exitCodesReachTheCallerInClientMode() throws IOException {
    Map<String, String> client = Map.of("COMMAND", "nightly", "DEPLOY_MODE", "client");

    Outcome limited =
        submit(client, recipe("training { steps = 1000000, time-limit = 3s }")).await(PATIENCE);

    assertThat(limited.code()).as(said(limited)).isEqualTo(6);
    assertThat(status()).contains("\"state\" : \"time-limit\"");

    Outcome zero =
        submit(
                client,
                recipe(
                    "training { steps = 1000000, time-limit = 3s }",
                    "run.exit-codes = zero-to-go-on"))
            .await(PATIENCE);

    assertThat(zero.code()).as(said(zero)).isZero();
    expectFinal(FinalApplicationStatus.SUCCEEDED, zero.output());
  }

  @Test
  void goesOnAfterAnExecutorWasKilled() throws IOException {
    Path recipe = recipe("training { steps = 2000 }, checkpoint.every = 20");
    Started night = submit(Map.of("COMMAND", "nightly"), recipe);
    Awaitility.await().atMost(PATIENCE).until(() -> !night.process().isAlive() || hasCheckpoint());
    assertThat(night.process().isAlive()).as(night.text()).isTrue();

    ProcessHandle executor = executors().findFirst().orElseThrow();
    assertThat(executor.destroyForcibly()).isTrue();
    Outcome outcome = night.await(PATIENCE);

    assertThat(outcome.code()).as(said(outcome)).isZero();
    expectFinal(FinalApplicationStatus.SUCCEEDED, outcome.output());
    assertThat(status()).contains("\"step\" : 2000");
    assertThat(folder.resolve("run/history.jsonl"))
        .content()
        .contains("The segment starts again from the newest checkpoint.");
  }

  private boolean hasCheckpoint() throws IOException {
    Path metrics = folder.resolve("run/metrics.jsonl");
    return Files.exists(metrics) && Files.size(metrics) > 0;
  }

  /** The executors' JVMs, which the cluster of this process started. */
  private static Stream<ProcessHandle> executors() {
    return ProcessHandle.current()
        .descendants()
        .filter(
            process ->
                process.info().command().orElse("").endsWith("java")
                    && Stream.of(process.info().arguments().orElse(new String[0]))
                        .anyMatch(word -> word.endsWith("YarnCoarseGrainedExecutorBackend")));
  }

  @Test
  void runsOnAnArchiveOfSparksJars() throws IOException {
    Path archive = archive();
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(
        folder.resolve("conf/spark-defaults.conf"),
        Files.readString(shared.resolve("spark-conf/spark-defaults.conf"))
            .replaceAll("spark.yarn.jars .*", "spark.yarn.archive file:" + archive));

    Outcome outcome =
        submit(
                Map.of("COMMAND", "prepare", "SPARK_CONF_DIR", folder.resolve("conf").toString()),
                recipe())
            .await(PATIENCE);

    assertThat(outcome.code()).as(said(outcome)).isZero();
    expectFinal(FinalApplicationStatus.SUCCEEDED, outcome.output());
    assertThat(folder.resolve("run/corpus/manifest.json")).exists();
  }

  /** Without compression, because the jars are compressed. */
  private Path archive() throws IOException {
    Path archive = folder.resolve("spark.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive));
        Stream<Path> jars = Files.list(spark.resolve("jars"))) {
      zip.setLevel(0);
      for (Path jar : jars.toList()) {
        zip.putNextEntry(new ZipEntry(jar.getFileName().toString()));
        Files.copy(jar, zip);
      }
    }
    return archive;
  }
}
