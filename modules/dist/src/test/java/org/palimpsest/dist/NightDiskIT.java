package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A night whose disk is full, and the one after it: a tmpfs with a size. */
@Tag("torture")
class NightDiskIT {
  @TempDir private Path folder;

  /** Nights on a disk of their own, which a file fills during the second. */
  private static final String NIGHTS =
      """
      mount -t tmpfs -o size=24m tmpfs disk || exit 77
      "$@" >first.out 2>first.err; echo $? >first.code
      cat /dev/zero >disk/filler 2>/dev/null
      mv tuesday.txt in/
      "$@" >full.out 2>full.err; echo $? >full.code
      cp disk/run/model/config.json full.config
      rm disk/filler
      "$@" >next.out 2>next.err; echo $? >next.code
      cp disk/run/history.jsonl disk/run/status.json .
      """;

  @Test
  @Timeout(400)
  void isRepairedByTheNext() throws Exception {
    Files.createDirectories(folder.resolve("disk"));
    Files.createDirectories(folder.resolve("in"));
    Stories.write(folder.resolve("in/monday.txt"), 600);
    Stories.write(folder.resolve("tuesday.txt"), 300);

    int code = nights();

    assumeTrue(code != 77, "This machine does not let a process mount a disk of its own.");
    assertThat(code("first")).as(text("first.err")).isZero();
    assertThat(code("full")).as(text("full.err")).isNotZero();
    assertThat(text("full.err"))
        .containsPattern("(?m)^palimpsest: .*No space left on device.*$")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("full.config")).isNotEmptyFile();
    assertThat(code("next")).as(text("next.err")).isZero();
    assertThat(text("next.out")).contains("1 new input, ");
    assertThat(new ObjectMapper().readTree(text("status.json")).path("step").asInt()).isEqualTo(20);
    assertThat(text("history.jsonl").lines().reduce((before, last) -> last))
        .hasValueSatisfying(last -> assertThat(last).contains("\"ending\":\"finished\""));
  }

  private int nights() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("unshare", "-rm", "sh", "-c", NIGHTS, "sh"));
    command.add(Launcher.assembledHome().resolve("bin/palimpsest").toString());
    command.addAll(List.of("nightly", "--master", "local[2]"));
    command.addAll(SmallRun.settings(folder.resolve("in"), folder.resolve("disk/run")));
    command.addAll(List.of("--set", "training.on-new-data=grow"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return 77; // There is no such program.
    }
    assertThat(process.waitFor(380, TimeUnit.SECONDS)).as("ended").isTrue();
    return process.exitValue();
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  private int code(String night) throws IOException {
    return Integer.parseInt(text(night + ".code").strip());
  }
}
