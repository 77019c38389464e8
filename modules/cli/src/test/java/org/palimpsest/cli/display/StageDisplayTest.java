package org.palimpsest.cli.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StageDisplayTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);

  private String shown() {
    return shown.toString(StandardCharsets.UTF_8);
  }

  @Test
  void printsLinesAtIntervalsAndAtTheEndOfAStage() {
    try (StageDisplay display = StageDisplay.lines(out, Duration.ofSeconds(10))) {
      display.show(new StageDisplay.Stage("Tokenize", 1, 4, 10_000_000, 5));
      display.show(new StageDisplay.Stage("Tokenize", 2, 4, 22_000_000, 11));
      display.show(new StageDisplay.Stage("Tokenize", 3, 4, 30_000_000, 15));
      display.show(new StageDisplay.Stage("Tokenize", 4, 4, 40_000_000, 20));
      display.show(new StageDisplay.Stage("Write lanes", 1, 2, 0, 1));
      display.show(new StageDisplay.Stage("Write lanes", 2, 2, 0, 65));
    }
    assertThat(shown())
        .isEqualTo(
            """
            Tokenize: 2 of 4 tasks, 2.0 MB/s, 0:11 left
            Tokenize: 4 of 4 tasks, 2.0 MB/s, 0:20
            Write lanes: 2 of 2 tasks, 1:05
            """);
  }

  @Test
  void showsABarPerStageOnATerminal() {
    try (StageDisplay display = StageDisplay.bar(out)) {
      display.show(new StageDisplay.Stage("Tokenize", 1, 4, 10_000_000, 5));
      display.show(new StageDisplay.Stage("Write lanes", 2, 2, 3_000_000, 1));
    }
    assertThat(shown())
        .contains("Tokenize", "25%", "2.0 MB/s, 0:15 left")
        .contains("Write lanes", "100%", "3.0 MB/s, 0:01");
  }
}
