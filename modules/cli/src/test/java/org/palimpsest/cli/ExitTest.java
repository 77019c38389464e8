package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.model.process.ChildJvm;

/**
 * The end of the process: YARN calls an application that exits by itself failed, whatever the code,
 * and starts it again.
 */
class ExitTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "yarn, cluster, objectives, 0, true",
    "yarn, cluster, objectivs, 2, false",
    "yarn, client, objectives, 0, false",
    "local[2], client, objectives, 0, false",
    "local[2], client, objectivs, 2, false",
    "spark://host:7077, cluster, objectives, 0, false"
  })
  void onlyInClusterModeOfYarnASuccessReturns(
      String master, String mode, String command, int code, boolean returns)
      throws IOException, InterruptedException {
    Path log = folder.resolve("log.txt");
    Process process =
        ChildJvm.of(Caller.class, command)
            .with("-Dspark.master=" + master, "-Dspark.submit.deployMode=" + mode)
            .start(log);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();

    assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(code);
    assertThat(Files.readString(log).contains(Caller.RETURNED)).isEqualTo(returns);
  }

  /** What Spark's application master does: it calls the main class. */
  static final class Caller {
    static final String RETURNED = "The main class has returned.";

    private Caller() {}

    public static void main(String[] arguments) {
      Main.main(arguments);
      System.out.println(RETURNED);
    }
  }
}
