package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code status} and {@code history}, which need no Spark. */
class RunCommandsTest {
  private static final String LINE =
      "{\"command\":\"nightly\",\"ended\":\"2026-03-02T04:00:00Z\",\"ending\":\"time-limit\","
          + "\"exitCode\":6,\"reason\":\"Stopped.\",\"step\":1200,\"loss\":3.25}";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder;

  private static PrintStream printing(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  private int run(String... arguments) {
    return Main.run(Console.plain(printing(out), printing(err)), arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private void status(String state, int code, Instant time) throws IOException {
    Files.writeString(
        folder.resolve("status.json"),
        "{\"state\":\"%s\",\"exitCode\":%d,\"reason\":\"Why.\",\"step\":7,\"time\":\"%s\"}"
            .formatted(state, code, time));
  }

  @Test
  void statusShowsWhatIsKnown() throws IOException {
    status("time-limit", 6, Instant.now().minusSeconds(7260));

    assertThat(run("status", "--run", folder.toString(), "--max-age", "26h")).isZero();

    assertThat(out())
        .containsPattern("state +time-limit\n")
        .containsPattern("reason +Why\\.\n")
        .containsPattern("step +7\n")
        .containsPattern("age +2 h 1 min\n")
        .containsPattern("active +false\n");
  }

  @Test
  void statusIsAlsoJson() throws IOException {
    status("time-limit", 6, Instant.parse("2026-03-02T04:00:00Z"));

    assertThat(run("status", "--run", folder.toString(), "--json")).isZero();

    assertThat(out())
        .startsWith("{\"state\":\"time-limit\",\"reason\":\"Why.\",\"step\":7,")
        .contains("\"time\":\"2026-03-02T04:00:00Z\"");
  }

  @Test
  void statusEndsWithTheCodeOfAFailure() throws IOException {
    status("failed", 4, Instant.now());

    assertThat(run("status", "--run", folder.toString())).isEqualTo(4);
    assertThat(err()).isEqualTo("palimpsest: The run in file:" + folder + " failed: Why.\n");
  }

  @Test
  void statusEndsWithFiveIfTheRunIsSilent() throws IOException {
    status("finished", 0, Instant.now().minusSeconds(100));

    assertThat(run("status", "--run", folder.toString(), "--max-age", "1m")).isEqualTo(5);
    assertThat(err()).contains("more than 1 min ago: look whether its scheduler still starts it.");
  }

  @Test
  void statusEndsWithThreeWithoutARun() {
    assertThat(run("status", "--run", folder.toString())).isEqualTo(3);
  }

  @Test
  void statusRefusesATimeThatIsNone() throws IOException {
    status("finished", 0, Instant.now());

    assertThat(run("status", "--run", folder.toString(), "--max-age", "often")).isEqualTo(2);
    assertThat(err())
        .isEqualTo("palimpsest: --max-age is often, but must be a time such as 30s, 5m or 2h.\n");
  }

  @Test
  void historyListsTheInvocations() throws IOException {
    Files.writeString(folder.resolve("history.jsonl"), LINE + "\n");

    assertThat(run("history", "--run", folder.toString())).isZero();

    assertThat(out().lines().toList().get(0))
        .matches("ended +command +ending +code +step +raw tokens +loss +held-out +reason");
    assertThat(out().lines().toList().get(1))
        .matches("2026-03-02T04:00:00Z +nightly +time-limit +6 +1,200 +- +3\\.250 +- +Stopped\\.");
  }

  @Test
  void historyPrintsItsLines() throws IOException {
    Files.writeString(folder.resolve("history.jsonl"), LINE + "\n");

    assertThat(run("history", "--run", folder.toString(), "--json")).isZero();
    assertThat(out()).isEqualTo(LINE + "\n");
  }

  @Test
  void historySaysThatItIsEmpty() {
    assertThat(run("history", "--run", folder.toString())).isZero();
    assertThat(out()).isEqualTo("No invocation of a run in " + folder + " has ended yet.\n");
  }
}
