package org.palimpsest.schedulers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.palimpsest.schedulers.Shell.Outcome;

/** A Master and two Workers of {@code deploy/standalone}. */
final class StandaloneCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Shell shell;
  private final String master;

  StandaloneCluster(Path folder) {
    shell =
        new Shell(
            folder,
            Map.of(
                "PALIMPSEST_CLUSTER", folder.resolve("cluster").toString(),
                "PALIMPSEST_MASTER_PORT", freePort(),
                "PALIMPSEST_UI_PORT", freePort(),
                "SPARK_LOCAL_IP", "127.0.0.1"));
    Outcome started =
        shell.run(
            PATIENCE,
            "bash",
            script("start").toString(),
            "--workers",
            "2",
            "--cores",
            "2",
            "--memory",
            "3g");
    assertThat(started.code()).as(started.output()).isZero();
    master = started.output().strip();
  }

  private static Path script(String name) {
    return Project.home().resolve("deploy/standalone").resolve(name);
  }

  private static String freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return Integer.toString(socket.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code spark://HOST:PORT}. */
  String master() {
    return master;
  }

  String port() {
    return master.substring(master.lastIndexOf(':') + 1);
  }

  @Override
  public void close() {
    Outcome stopped = shell.run(PATIENCE, "bash", script("stop").toString());
    assertThat(stopped.code()).as(stopped.output()).isZero();
  }
}
