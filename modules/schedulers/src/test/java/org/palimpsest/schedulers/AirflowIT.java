package org.palimpsest.schedulers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.schedulers.Shell.Outcome;

/**
 * The DAGs in {@code deploy/schedule/airflow}, in an Airflow that its script installed, against a
 * cluster that {@code deploy/standalone} started.
 */
@Tag("cluster")
@Timeout(1200)
class AirflowIT {
  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final String DIVERGING =
      "optimizer { kind = sgd, clip-norm = 0 }, schedule { peak = 1e30, warm-up-steps = 0 }";

  @TempDir private static Path shared;
  private static Path venv;
  private static StandaloneCluster cluster;
  private static Shell shell;

  @TempDir private Path folder;

  @BeforeAll
  static void install() throws IOException {
    // Kept between builds: it has 1 GB.
    venv = Path.of("target/airflow").toAbsolutePath();
    Files.createDirectories(venv);
    Shell plain = new Shell(shared, Map.of());
    Outcome installed =
        plain.run(
            Duration.ofMinutes(15),
            Project.deploy("schedule/airflow/install").toString(),
            venv.toString());
    assertThat(installed.code()).as(installed.output()).isZero();
    cluster = new StandaloneCluster(shared);
    shell =
        plain.with(
            Map.of(
                "AIRFLOW_HOME",
                shared.resolve("airflow").toString(),
                "AIRFLOW__CORE__DAGS_FOLDER",
                Project.deploy("schedule/airflow").toString(),
                "AIRFLOW__CORE__LOAD_EXAMPLES",
                "False",
                "PATH",
                venv.resolve("bin") + ":" + System.getenv("PATH"),
                "PALIMPSEST_HOME",
                Project.home().toString(),
                "PALIMPSEST_JAR",
                Project.oneJar().toString(),
                "PALIMPSEST_SPARK",
                "--master " + cluster.master() + " --executor-cores 1 --executor-memory 700m",
                "PALIMPSEST_RETRIES",
                "0",
                "SPARK_LOCAL_IP",
                "127.0.0.1",
                "AIRFLOW_CONN_SPARK_DEFAULT",
                "{\"conn_type\": \"spark\", \"host\": \"spark://127.0.0.1\", \"port\": "
                    + cluster.port()
                    + "}"));
    Outcome migrated = shell.run(PATIENCE, program("airflow"), "db", "migrate");
    assertThat(migrated.code()).as(migrated.output()).isZero();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static String program(String name) {
    return venv.resolve("bin").resolve(name).toString();
  }

  private Outcome night(String dag, String... settings) {
    Project.text(folder.resolve("in/monday.txt"), 1);
    Map<String, String> environment = new HashMap<>();
    environment.put("PALIMPSEST_RECIPE", Project.recipe(folder, settings).toString());
    environment.put("PALIMPSEST_EXECUTOR_MEMORY", "700m");
    return shell.with(environment).run(PATIENCE, program("airflow"), "dags", "test", dag);
  }

  @ParameterizedTest
  @ValueSource(strings = {"palimpsest_nightly", "palimpsest_nightly_submit"})
  void importsWithoutWarnings(String dag) {
    Outcome imported =
        shell.run(
            PATIENCE,
            program("python"),
            "-W",
            "always",
            Project.deploy("schedule/airflow/" + dag + ".py").toString());

    assertThat(imported.code()).as(imported.output()).isZero();
    assertThat(imported.output()).doesNotContain(dag + ".py");
  }

  @ParameterizedTest
  @ValueSource(strings = {"palimpsest_nightly", "palimpsest_nightly_submit"})
  void finishesANight(String dag) {
    Outcome night = night(dag);

    assertThat(night.code()).as(night.output()).isZero();
    assertThat(folder.resolve("run/status.json")).content().contains("\"state\" : \"finished\"");
    assertThat(folder.resolve("run/model/config.json")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"palimpsest_nightly", "palimpsest_nightly_submit"})
  void aNightThatStopsAtItsLimitIsASuccess(String dag) {
    Outcome night = night(dag, "training { steps = 1000000, time-limit = 3s }");

    assertThat(night.code()).as(night.output()).isZero();
    assertThat(folder.resolve("run/status.json"))
        .content()
        .contains("\"state\" : \"time-limit\"")
        .contains("\"exitCode\" : 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"palimpsest_nightly", "palimpsest_nightly_submit"})
  void aNightThatDivergedIsAFailureWithOurSentenceInItsLog(String dag) {
    Outcome night = night(dag, DIVERGING);

    assertThat(night.output()).contains("palimpsest: Training diverged at step ");
    assertThat(night.code()).as(night.output()).isNotZero();
    assertThat(folder.resolve("run/status.json")).content().contains("\"exitCode\" : 4");
  }
}
