package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.training.config.Recipe;

/** Errors such as a lack of memory in the thread of a command. */
class ErrorsTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private static PrintStream printing(OutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  /** Has no memory for what a command prints. */
  private static final class Failing extends OutputStream {
    @Override
    public void write(int value) {
      throw new OutOfMemoryError("injected");
    }
  }

  @Test
  void endTheCommandWithASentence() {
    int code =
        Main.run(
            Console.plain(printing(new Failing()), printing(err)), "pretrain", "--print-config");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "palimpsest: OutOfMemoryError: injected. Run it with --stacktrace for the stack"
                + " trace.\n");
  }

  @Test
  void haveAStackTraceOnRequest() {
    int code =
        Main.run(
            Console.plain(printing(new Failing()), printing(err)),
            "pretrain",
            "--print-config",
            "--stacktrace");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("\tat org.palimpsest.cli.")
        .endsWith("palimpsest: OutOfMemoryError: injected.\n");
  }

  @Test
  void areInTheStatusOfTheRun(@TempDir Path folder) {
    Recipe recipe = Recipe.defaults().with("run.directory=\"" + folder + "\"");
    Console console = Console.plain(printing(new ByteArrayOutputStream()), printing(err));

    assertThatThrownBy(
            () ->
                TrainingWatcher.watch(
                    "pretrain",
                    recipe,
                    console,
                    listener -> {
                      throw new OutOfMemoryError("injected");
                    },
                    run -> null))
        .isInstanceOf(OutOfMemoryError.class);

    assertThat(folder.resolve("status.json"))
        .content()
        .contains("\"state\" : \"failed\"")
        .contains("\"exitCode\" : 1")
        .contains("injected");
  }
}
