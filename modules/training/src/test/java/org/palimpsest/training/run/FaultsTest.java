package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.FlakyFileSystem;
import org.palimpsest.storage.Troubles;
import org.palimpsest.training.SparkExtension;
import org.palimpsest.training.ToyRuns;
import org.palimpsest.training.ToyWorkload;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunResult;

/**
 * Failures of the file system and the network, in one process. The same session can train again
 * afterwards.
 */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class FaultsTest {
  @TempDir Path folder;

  private final SparkSession spark;
  private Troubles troubles;

  FaultsTest(SparkSession spark) {
    this.spark = spark;
  }

  @BeforeEach
  void install() throws IOException {
    troubles =
        FlakyFileSystem.install(
            spark.sparkContext().hadoopConfiguration(), folder.resolve("troubles"));
  }

  @AfterEach
  void sessionStaysUsable() throws IOException {
    troubles.repair();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    assertThat(context.parallelize(List.of(1, 2, 3), 3).count()).isEqualTo(3);
    assertThat(context.getLocalProperty("spark.jobGroup.id")).isNull();
  }

  private ToyRuns runs() {
    return new ToyRuns(spark, folder);
  }

  private Recipe recipe(String name, String... more) {
    return runs()
        .recipe(name, "training.workers=2", "checkpoint.every=5")
        .with("training.aggregate=parameters", "training.inner-steps=5")
        .with("run.directory=\"flaky:" + folder.resolve(name) + "\"")
        .with(more);
  }

  private float[] uninterrupted() {
    Recipe reference = recipe("reference");
    runs().train(reference, ToyWorkload.sound(0.9));
    return runs().parameters(reference);
  }

  @ParameterizedTest
  @CsvSource({"collective,manifest.json.*", "spark,parameters.bin"})
  void retriesAFileSystemThatFailsThreeTimes(String transport, String file) throws IOException {
    Recipe recipe = recipe("flaky", "training.transport=" + transport);
    List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    troubles.fail(file, 3);
    RunResult result = runs().train(recipe, ToyWorkload.sound(0.9), ToyRuns.warnings(warnings));
    assertThat(result.ending()).isEqualTo(RunResult.Ending.FINISHED);
    assertThat(warnings).isEmpty();
    assertThat(troubles.isPending()).as("pending failures").isFalse();
    assertThat(runs().parameters(recipe)).containsExactly(uninterrupted());
  }

  @ParameterizedTest
  @Tag("torture")
  @CsvSource({
    "collective,parameters.bin",
    "collective,optimizer-00001.bin",
    "spark,optimizer-00001-.*"
  })
  void retriesEveryFile(String transport, String file) throws IOException {
    retriesAFileSystemThatFailsThreeTimes(transport, file);
  }

  @ParameterizedTest
  @Tag("torture")
  @CsvSource({"collective,manifest.json.*"})
  void stopsIfNoManifestCanBeWritten(String transport, String file) throws IOException {
    stopsIfTheFileSystemKeepsFailing(transport, file);
  }

  @ParameterizedTest
  @CsvSource({"collective,optimizer-00001.bin", "spark,parameters.bin"})
  void stopsIfTheFileSystemKeepsFailing(String transport, String file) throws IOException {
    Recipe recipe = recipe("broken", "training.transport=" + transport);
    runs().train(recipe.with("training.steps=5"), ToyWorkload.sound(0.9));
    troubles.failForGood(file);
    PalimpsestException failure =
        catchThrowableOfType(
            PalimpsestException.class, () -> runs().train(recipe, ToyWorkload.sound(0.9)));
    assertThat(failure)
        .hasMessageStartingWith(
            "The run stopped, because a checkpoint could not be written; the last good checkpoint"
                + " is flaky:")
        .hasMessageContaining("/step-00000005-")
        .hasMessageContaining(" flaky:")
        .hasMessageContaining(" cannot be written: injected.");
    assertThat(failure.kind()).isEqualTo(Kind.CLUSTER);
    troubles.repair();
    runs().train(recipe, ToyWorkload.sound(0.9));
    assertThat(runs().parameters(recipe)).containsExactly(uninterrupted());
  }

  @Test
  void reportsAFullDisk() throws IOException {
    Recipe recipe = recipe("full");
    troubles.fill("parameters.bin", 3);
    assertThatThrownBy(() -> runs().train(recipe, ToyWorkload.sound(0.9)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            "The run stopped, because a checkpoint could not be written; there is no checkpoint"
                + " yet. flaky:")
        .hasMessageEndingWith("parameters.bin cannot be written: No space left on device.");
    troubles.repair();
    runs().train(recipe, ToyWorkload.sound(0.9));
    assertThat(runs().parameters(recipe)).containsExactly(uninterrupted());
  }

  @ParameterizedTest
  @Tag("torture")
  @ValueSource(strings = {"parameters.bin", "state.json"})
  void skipsEveryTruncatedFile(String file) throws IOException {
    skipsATruncatedCheckpoint(file);
  }

  @ParameterizedTest
  @ValueSource(strings = "optimizer-00001.bin")
  void skipsATruncatedCheckpoint(String file) throws IOException {
    Recipe recipe = recipe("truncated");
    runs().train(recipe.with("training.steps=10"), ToyWorkload.sound(0.9));
    Checkpoint newest = runs().checkpoints(recipe).newest().orElseThrow();
    Path damaged = Path.of(newest.folder().resolve(file).toUri().getPath());
    try (FileChannel channel = FileChannel.open(damaged, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 2);
    }
    List<String> warnings = new ArrayList<>();
    runs().train(recipe, ToyWorkload.sound(0.9), ToyRuns.warnings(warnings));
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("damaged")
        .endsWith(" is used instead.");
    assertThat(runs().parameters(recipe)).containsExactly(uninterrupted());
  }

  @Test
  void reportsAPortInUse() throws IOException {
    Recipe recipe = recipe("port", "training.attempts=1");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(
              () ->
                  runs()
                      .train(
                          recipe.with("training.collective.ports=\"" + port + "\""),
                          ToyWorkload.sound(0.9)))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining(
              "No port of training.collective.ports " + port + " is free on 127.0.0.1: widen the")
          .extracting(e -> ((PalimpsestException) e).kind())
          .isEqualTo(Kind.CLUSTER);
    }
    runs()
        .train(
            recipe.with(
                "training.collective.ports=\"45000-45999\"", "training.collective.interface=lo"),
            ToyWorkload.sound(0.9));
    assertThat(runs().parameters(recipe)).containsExactly(uninterrupted());
  }

  @Test
  void reportsAMissingNetworkInterface() {
    Recipe recipe =
        recipe("interface", "training.attempts=1", "training.collective.interface=eth77");
    assertThatThrownBy(() -> runs().train(recipe, ToyWorkload.sound(0.9)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(
            "training.collective.interface is eth77, but this machine has no such network"
                + " interface with an address: choose one of ");
  }
}
