package org.palimpsest.cli.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.palimpsest.cli.Console;
import org.palimpsest.cli.Main;

/**
 * What a build of commit 4772d44 wrote, copied to a folder where tests may write. The README of the
 * resource folder {@code compatibility} says how it was made.
 *
 * @param folder the copy
 */
record Artefacts(Path folder) {
  /** Of the committed files. */
  static final Path COMMITTED = Path.of("src/test/resources/compatibility");

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * How a command ended.
   *
   * @param code exit code
   * @param out what it printed
   * @param err what it reported
   */
  record Outcome(int code, String out, String err) {}

  static Artefacts copiedTo(Path folder) throws IOException {
    FileUtils.copyDirectory(COMMITTED.toFile(), folder.toFile());
    return new Artefacts(folder);
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  String text(String name) {
    try {
      return Files.readString(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The settings that say where a run and its corpus are. */
  List<String> places(String run) {
    return List.of("run.directory=" + path(run), "corpus.path=" + path("corpus"));
  }

  /** Runs a command with a run's own recipe in this JVM; it must succeed. */
  String succeed(String command, String run, String... more) {
    List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ")));
    arguments.addAll(List.of("--config", path(run + ".conf").toString()));
    places(run).forEach(setting -> arguments.addAll(List.of("--set", setting)));
    arguments.addAll(Arrays.asList(more));
    Outcome outcome = run(arguments.toArray(String[]::new));
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome.out();
  }

  /** Runs a command in this JVM. */
  static Outcome run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Main.run(Console.plain(printing(out), printing(err)), arguments);
    return new Outcome(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream printing(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  /** The only checkpoint of a run, or the newest one. */
  static Path checkpoint(Path run) {
    try (Stream<Path> folders = Files.list(run.resolve("checkpoints"))) {
      return folders
          .filter(folder -> folder.getFileName().toString().startsWith("step-"))
          .max(Path::compareTo)
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The losses that a file of JSON lines has after a step, in order. */
  static List<Double> losses(Path file, long after) {
    try {
      return Files.readAllLines(file).stream()
          .map(Artefacts::json)
          .filter(line -> line.path("step").asLong() > after)
          .map(line -> line.path("loss").asDouble())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
