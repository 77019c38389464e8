package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.dist.Launcher.Outcome;

/** A night that is killed, in a process of its own, and the one after it. */
@Tag("torture")
@Timeout(400)
class NightKillsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;

  private List<String> arguments() {
    List<String> arguments = new ArrayList<>(List.of("nightly", "--master", "local[2]"));
    arguments.addAll(SmallRun.settings(folder.resolve("in"), folder.resolve("run")));
    arguments.addAll(List.of("--set", "training.steps=300", "--set", "checkpoint.every=50"));
    return arguments;
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Launcher.assembledHome().resolve("bin/palimpsest").toString());
    command.addAll(arguments());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
    return builder.start();
  }

  private boolean isIn(String step) {
    try {
      return new ObjectMapper()
          .readTree(folder.resolve("run/nightly.json").toFile())
          .path("step")
          .asText()
          .equals(step);
    } catch (IOException e) {
      return false; // It does not exist yet, or is being replaced.
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"prepare", "pretrain", "export"})
  void isContinuedByTheNext(String step) throws IOException {
    Files.createDirectories(folder.resolve("in"));
    Stories.write(folder.resolve("in/monday.txt"), 600);
    Process night = start();
    try {
      Awaitility.await()
          .pollInterval(Duration.ofMillis(2))
          .pollDelay(Duration.ZERO)
          .atMost(PATIENCE)
          .until(() -> isIn(step));
    } finally {
      night.destroyForcibly().onExit().join();
    }

    Outcome next =
        new Launcher(Launcher.assembledHome())
            .run(folder, Map.of(), arguments().toArray(String[]::new));

    assertThat(next.code()).as(next.err()).isZero();
    assertThat(folder.resolve("run/model/config.json")).exists();
    assertThat(folder.resolve("run/status.json")).content().contains("\"step\" : 300");
    List<String> history = Files.readAllLines(folder.resolve("run/history.jsonl"));
    assertThat(history.get(history.size() - 1)).contains("\"ending\":\"finished\"");
    assertThat(history.get(0)).contains("\"ending\":\"killed\"");
    try (Stream<Path> files = Files.list(folder.resolve("run/model"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .allMatch(name -> name.matches("[.a-z_]+(json|safetensors)(\\.crc)?"));
    }
  }
}
