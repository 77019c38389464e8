package org.palimpsest.schedulers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.schedulers.Shell.Outcome;

/** The line of {@code deploy/schedule/crontab}, once a minute, in Debian's cron. */
@Tag("cluster")
@Timeout(600)
class CronIT {
  private static final int NOT_POSSIBLE = 75;

  @TempDir private Path folder;

  /** The shipped line with the paths and the clock of the test. */
  private Path crontab(Path recipe) throws IOException {
    String shipped = Files.readString(Project.deploy("schedule/crontab"));
    String text =
        shipped
            .replace("0 22 * * *", "* * * * *")
            .replace("/srv/palimpsest/bin", Project.home() + "/bin")
            .replace("/srv/palimpsest/conf/nightly.conf", recipe.toString())
            .replace("/var/log/palimpsest.log", log().toString())
            .replace("spark://master.example.com:7077", "local[2] --driver-memory 1g")
            .replace("6h", "75s");
    String path = "PATH=" + System.getenv("PATH") + "\n";
    return Files.writeString(folder.resolve("crontab"), path + text);
  }

  private Path log() {
    return folder.resolve("palimpsest.log");
  }

  @Test
  void runsNightAfterNightAndNeverTwoAtOnce() throws IOException {
    Project.text(folder.resolve("in/monday.txt"), 1);
    Path recipe = Project.recipe(folder, "training { steps = 1000000 }, checkpoint.every = 200");
    Path place = Files.createDirectories(Path.of("target/cron").toAbsolutePath());

    // Two nights of more than a minute each, with another beginning within each of them.
    Outcome cron =
        new Shell(folder, Map.of())
            .run(
                Duration.ofMinutes(8),
                Path.of("src/test/scripts/cron").toAbsolutePath().toString(),
                crontab(recipe).toString(),
                "330",
                place.toString());

    Assumptions.assumeTrue(cron.code() != NOT_POSSIBLE, cron.output());
    assertThat(cron.code()).as(cron.output()).isZero();
    List<String> history = Files.readAllLines(folder.resolve("run/history.jsonl"));
    assertThat(history.stream().filter(line -> line.contains("\"ending\":\"time-limit\"")))
        .as(history + Files.readString(log()))
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(line -> line.contains("\"exitCode\":0"));
    assertThat(history.stream().filter(line -> line.contains("\"ending\":\"failed\"")))
        .isNotEmpty()
        .allMatch(line -> line.contains("Another night is active"));
  }
}
