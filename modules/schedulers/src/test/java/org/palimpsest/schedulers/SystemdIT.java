package org.palimpsest.schedulers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.schedulers.Shell.Outcome;

/**
 * What the units in {@code deploy/schedule} start, without systemd, which needs a machine of its
 * own; a test of the command line verifies the units themselves.
 */
@Tag("cluster")
@Timeout(400)
class SystemdIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path folder;

  /** The command of a unit, on one line, with the paths of the test. */
  private String execStart(String unit, Path recipe, String log) throws IOException {
    String text =
        Files.readString(Project.deploy("schedule/" + unit)).replaceAll("\\\\\\n\\s*", " ");
    String line = text.lines().filter(l -> l.startsWith("ExecStart=")).findFirst().orElseThrow();
    return line.substring("ExecStart=".length())
        .replace("/srv/palimpsest/conf/nightly.conf", recipe.toString())
        .replace("conf/nightly.conf", recipe.toString())
        .replace("/srv/palimpsest", Project.home().toString())
        .replace("spark://master.example.com:7077", "local[2] --driver-memory 1g")
        .replace("/usr/bin/logger -p user.err -t palimpsest", "tee " + log)
        .replace("6h", "3s");
  }

  private Outcome start(String unit, Path recipe) throws IOException {
    String log = folder.resolve("alert.txt").toString();
    return new Shell(folder, Map.of()).run(PATIENCE, "/bin/sh", "-c", execStart(unit, recipe, log));
  }

  private Path recipe(String... more) {
    Project.text(folder.resolve("in/monday.txt"), 1);
    return Project.recipe(folder, more);
  }

  @Test
  void theServiceEndsWithTheCodeThatItCallsASuccess() throws IOException {
    Outcome night = start("palimpsest-nightly.service", recipe("training { steps = 1000000 }"));

    assertThat(night.code()).as(night.output()).isEqualTo(6);
    assertThat(Files.readString(Project.deploy("schedule/palimpsest-nightly.service")))
        .contains("SuccessExitStatus=6\n");
    assertThat(folder.resolve("run/model/config.json")).exists();
  }

  @Test
  void theAlertSaysWhyANightFailed() throws IOException {
    Path recipe =
        recipe(
            "optimizer { kind = sgd, clip-norm = 0 }, schedule { peak = 1e30, warm-up-steps = 0 }");
    Outcome night = start("palimpsest-nightly.service", recipe);
    assertThat(night.code()).as(night.output()).isEqualTo(4);

    Outcome alert = start("palimpsest-alert.service", recipe);

    assertThat(folder.resolve("alert.txt"))
        .as(alert.output())
        .content()
        .contains(" failed: Training diverged at step ");
  }
}
