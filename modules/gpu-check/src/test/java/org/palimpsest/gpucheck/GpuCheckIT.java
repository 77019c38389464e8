package org.palimpsest.gpucheck;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundle on a machine without GPU, JDK and network: in an empty folder, with a bare PATH. */
@Tag("cluster")
class GpuCheckIT {
  private static final Path PARTS = Path.of(System.getProperty("palimpsest.gpu-check"));

  @TempDir private Path folder;
  private Path home;
  private Path programs;

  /** What a command printed, and how it ended. */
  private record Ended(int code, String output) {}

  @BeforeEach
  void copyProgramsOfABareMachine() throws IOException {
    home = Files.createDirectories(folder.resolve("here"));
    programs = Files.createDirectories(folder.resolve("bin"));
    for (String each :
        List.of(
            "bash", "env", "dirname", "mkdir", "mktemp", "rm", "tar", "xz", "touch", "timeout",
            "ldd", "awk", "sort", "xargs")) {
      Path program =
          Stream.of("/usr/bin", "/bin")
              .map(Path::of)
              .map(p -> p.resolve(each))
              .filter(Files::exists)
              .findFirst()
              .orElseThrow();
      Path wrapper =
          Files.writeString(programs.resolve(each), "#!/bin/bash\nexec " + program + " \"$@\"\n");
      assertThat(wrapper.toFile().setExecutable(true)).as("executable").isTrue();
    }
  }

  private void receive(String... parts) throws IOException {
    for (String part : parts) {
      Files.copy(PARTS.resolve(part), home.resolve(part));
    }
  }

  private Ended run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/bin/bash", "check.sh"));
    command.addAll(List.of(arguments));
    File output = folder.resolve("output").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output);
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", programs.toString(), "HOME", home.toString()));
    Process process = builder.start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ends").isTrue();
    return new Ended(process.exitValue(), Files.readString(output.toPath()));
  }

  @Test
  void runsOnACpuWithoutAJdk() throws IOException, InterruptedException {
    assertThat(programs.resolve("java")).doesNotExist();
    receive(
        "check.sh", "palimpsest-gpu-check-runtime.tar.xz", "palimpsest-gpu-check-libtorch.tar.xz");
    Ended ended = run("--device", "cpu");
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("agreement", "speed", "products", "gloo");
    JsonNode json = new ObjectMapper().readTree(home.resolve("gpu-check.json").toFile());
    assertThat(json.path("agrees").asBoolean()).as("agrees").isTrue();
    assertThat(json.path("libtorch").asText()).isEqualTo("the bundle's LibTorch");
    assertThat(json.path("speed")).hasSize(4);
    assertThat(json.path("speed").path(0).path("stepsPerSecond").asDouble()).isPositive();
    assertThat(json.path("gloo").path(0).path("exact").asBoolean()).as("sums over Gloo").isTrue();
  }

  @Test
  void thePartsAreAtMost200Megabytes() throws IOException {
    try (Stream<Path> parts = Files.list(PARTS)) {
      long bytes = 0;
      for (Path part : parts.toList()) {
        assertThat(Files.size(part)).as("%s", part).isLessThan(100_000_000);
        bytes += Files.size(part);
      }
      assertThat(bytes).isBetween(100_000_000L, 200_000_000L);
    }
  }

  @Test
  void namesThePartThatIsMissing() throws IOException, InterruptedException {
    receive("check.sh");
    Ended ended = run("--device", "cpu");
    assertThat(ended.code()).isEqualTo(5);
    assertThat(ended.output())
        .startsWith("gpu-check: palimpsest-gpu-check-runtime.tar.xz is not in ");
    receive("palimpsest-gpu-check-runtime.tar.xz");
    ended = run("--device", "cpu");
    assertThat(ended.code()).isEqualTo(5);
    assertThat(ended.output()).contains("palimpsest-gpu-check-libtorch.tar.xz is not in ");
  }

  @Test
  void refusesUnknownArguments() throws IOException, InterruptedException {
    receive("check.sh");
    assertThat(run("--card", "1"))
        .isEqualTo(
            new Ended(
                2, "gpu-check: There is no argument --card: see the first lines of check.sh.\n"));
    assertThat(run("--device", "tpu"))
        .isEqualTo(new Ended(2, "gpu-check: Device 'tpu' is unknown: use cpu, cuda or cuda:N.\n"));
  }
}
