package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.dist.Launcher.Outcome;

/** A cluster of the scripts in {@code deploy/}, with authentication and encryption. */
@Tag("cluster")
class StandaloneIT {
  private static final String TRUST =
      "Replicas exchange gradients and parameters over c10d without authentication or encryption";

  @TempDir private static Path folder;

  private static final Launcher LAUNCHER = new Launcher(Launcher.assembledHome());
  private static Map<String, String> environment;
  private static String master;

  @BeforeAll
  static void start() throws IOException {
    Path secure = folder.resolve("secure");
    Files.writeString(folder.resolve("text.txt"), "The quick brown fox jumps.\n\n".repeat(400));
    deploy(Map.of(), "secure-conf", secure.toString());
    environment = new HashMap<>();
    environment.put("PALIMPSEST_CONF_DIR", secure.toString());
    environment.put("PALIMPSEST_CLUSTER", folder.resolve("cluster").toString());
    environment.put("PALIMPSEST_MASTER_PORT", freePort());
    environment.put("PALIMPSEST_UI_PORT", freePort());
    master = deploy(environment, "standalone/start", "--workers", "2", "--memory", "1g").strip();
  }

  @AfterAll
  static void stop() {
    deploy(environment, "standalone/stop");
  }

  private static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return Integer.toString(socket.getLocalPort());
    }
  }

  private static String deploy(Map<String, String> environment, String... command) {
    String script = Launcher.assembledHome().resolve("deploy").resolve(command[0]).toString();
    List<String> words =
        Stream.concat(Stream.of("bash", script), Arrays.stream(command).skip(1)).toList();
    Outcome outcome = LAUNCHER.command(folder, environment, words);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome.out();
  }

  private Outcome command(Map<String, String> with, String name, String... more) {
    Stream<String> settings =
        Stream.of(
                "run.directory=" + folder.resolve("run"),
                "corpus.input=" + folder.resolve("text.txt"),
                "corpus.block-size=32",
                "corpus.lanes=4",
                "tokenizer.train.size=300",
                "tokenizer.train.sentinels=8",
                "model.preset=tiny",
                "training.workers=2",
                "training.batch-blocks=4",
                "training.steps=4",
                "schedule.warm-up-steps=0")
            .flatMap(setting -> Stream.of("--set", setting));
    return LAUNCHER.run(
        folder,
        with,
        Stream.of(Stream.of(name), settings, Stream.of(more))
            .flatMap(words -> words)
            .toArray(String[]::new));
  }

  private String[] onTheCluster(String... more) {
    return Stream.concat(
            Stream.of("--master", master, "--executor-cores", "1", "--executor-memory", "600m"),
            Stream.of(more))
        .toArray(String[]::new);
  }

  @Test
  void trainsOnACollectiveAndSaysOnceThatItTrustsTheNetwork() {
    Outcome prepared = command(environment, "prepare", "--master", "local[2]");
    assertThat(prepared.code()).as(prepared.err()).isZero();
    Outcome trained = command(environment, "pretrain", onTheCluster());
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.err().split(TRUST, -1)).as(trained.err()).hasSize(2);
    Outcome checked = command(environment, "doctor", onTheCluster());
    assertThat(checked.out() + checked.err()).contains(TRUST);
  }
}
