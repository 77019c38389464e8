package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.run.Run;

/** Two replicas on an executor with two GPUs, whatever the discovery script calls them. */
@Tag("cluster")
class GpuAddressesIT {
  @TempDir private Path folder;

  private Path discovery(String first, String second) throws IOException {
    Path script = folder.resolve("discover");
    Files.writeString(
        script,
        "#!/bin/sh\necho '{\"name\":\"gpu\",\"addresses\":[\"%s\",\"%s\"]}'\n"
            .formatted(first, second));
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @ParameterizedTest
  @CsvSource({
    "3, 7",
    "GPU-8f3c1a2b-0000-0000-0000-000000000001, GPU-8f3c1a2b-0000-0000-0000-000000000002",
    "MIG-41b36c7e-0000-0000-0000-000000000001, MIG-41b36c7e-0000-0000-0000-000000000002",
  })
  void eachReplicaGetsItsOwn(String first, String second) throws IOException {
    Path notes = Files.createDirectories(folder.resolve("notes"));
    try (InProcess cluster =
        InProcess.withTestClasses(
            "local-cluster[1,2,1024]",
            Map.of(
                "spark.worker.resource.gpu.amount",
                "2",
                "spark.worker.resource.gpu.discoveryScript",
                discovery(first, second).toString(),
                "spark.executor.resource.gpu.amount",
                "2",
                "spark.task.resource.gpu.amount",
                "1"))) {
      Recipe recipe =
          Recipe.defaults()
              .with(
                  "run.directory=" + folder.resolve("run"),
                  "training.steps=4",
                  "training.workers=2",
                  "training.aggregate=parameters",
                  "training.inner-steps=2",
                  "optimizer.kind=sgd",
                  "schedule.warm-up-steps=0");
      PlacedWorkload workload =
          new PlacedWorkload(new UnequalWorkload(folder.toString()), notes.toString());
      Run.of(recipe, cluster.session(), workload, Map.of(), RunListener.none()).train();
    }

    assertThat(tasks(notes))
        .containsExactlyInAnyOrder("1 cores, GPUs " + first, "1 cores, GPUs " + second);
  }

  private static List<String> tasks(Path notes) throws IOException {
    try (Stream<Path> files = Files.list(notes)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("task-"))
          .map(GpuAddressesIT::text)
          .toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
