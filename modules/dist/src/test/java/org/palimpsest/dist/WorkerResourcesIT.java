package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.run.Run;

/**
 * Workers get their own cores and GPU on a cluster whose other tasks have one core and no GPU. The
 * shipped discovery script finds a GPU of a fake {@code nvidia-smi}.
 */
@Tag("cluster")
class WorkerResourcesIT {
  private static final String GPU = "5";

  @TempDir private static Path folder;

  private static InProcess cluster;

  @BeforeAll
  static void startCluster() throws IOException {
    cluster =
        InProcess.withTestClasses(
            "local-cluster[2,2,1024]",
            Map.of(
                "spark.worker.resource.gpu.amount",
                "1",
                "spark.worker.resource.gpu.discoveryScript",
                discovery().toString(),
                "spark.executor.resource.gpu.amount",
                "1"));
  }

  /** The shipped script, on a machine with one GPU. */
  private static Path discovery() throws IOException {
    program("nvidia-smi", "#!/bin/sh\necho " + GPU + "\n");
    Path shipped = Launcher.assembledHome().resolve("deploy/gpu/discover-gpus");
    return program("discover", "#!/bin/sh\nPATH=" + folder + ":$PATH exec bash " + shipped + "\n");
  }

  private static Path program(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"collective", "spark"})
  void workersGetTheirOwnCoresAndGpu(String transport) throws IOException {
    Path notes = Files.createDirectories(folder.resolve("notes-" + transport));

    train(recipe(transport, "training.resources.cores=2", "training.resources.gpus=1"), notes);

    assertThat(read(notes)).containsOnly("2 threads", "2 cores, GPUs " + GPU);
    assertThat(otherTasks()).containsOnly("1 cores, GPUs none");
  }

  @Test
  void gpusAloneKeepTheDefaultCores() throws IOException {
    Path notes = Files.createDirectories(folder.resolve("notes-gpus"));

    train(recipe("gpus", "training.resources.gpus=1"), notes);

    assertThat(read(notes)).containsOnly("1 threads", "1 cores, GPUs " + GPU);
  }

  @Test
  void rejectsMoreCoresThanAnExecutorHas() {
    assertThatThrownBy(
            () ->
                train(
                    recipe("many", "training.resources.cores=3", "training.start-timeout=3s"),
                    folder))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "training.workers is 2, but Spark has room for 0 tasks at once"
                + " (training.resources.cores is 3): lower training.workers, or give Spark more"
                + " executors or cores, such as --master local[6].");
    assertThat(folder.resolve("many/checkpoints")).doesNotExist();
  }

  private static List<String> otherTasks() {
    return JavaSparkContext.fromSparkContext(cluster.session().sparkContext())
        .parallelize(List.of(1, 2, 3, 4), 4)
        .map(number -> PlacedWorkload.resources(TaskContext.get()))
        .collect();
  }

  private static List<String> read(Path notes) throws IOException {
    try (Stream<Path> files = Files.list(notes)) {
      return files.map(WorkerResourcesIT::text).toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Recipe recipe(String name, String... more) {
    String transport = name.equals("spark") ? "spark" : "collective";
    return Recipe.defaults()
        .with(
            "run.directory=" + folder.resolve(name),
            "training.steps=4",
            "training.workers=2",
            "training.aggregate=parameters",
            "training.transport=" + transport,
            "training.inner-steps=2",
            "optimizer.kind=sgd",
            "schedule.warm-up-steps=0")
        .with(more);
  }

  private static void train(Recipe recipe, Path notes) {
    PlacedWorkload workload =
        new PlacedWorkload(new UnequalWorkload(folder.toString()), notes.toString());
    Run.of(recipe, cluster.session(), workload, Map.of(), RunListener.none()).train();
  }
}
