package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.palimpsest.dist.InProcess.Outcome;

/**
 * Commands on a small corpus and the model trained on it.
 *
 * @param commands runs the commands
 * @param text input of the corpus
 * @param folder directory of the run with corpus, checkpoints, and exported model; tests train
 *     there too
 * @param status content of {@code status.json} after training
 */
record SmallRun(InProcess commands, Path text, Path folder, JsonNode status)
    implements AutoCloseable {

  /** Runs a command with the small recipe, which later settings override. */
  Outcome command(String name, String... more) {
    return command(commands, text, folder, name, more);
  }

  static Outcome command(InProcess commands, Path text, Path folder, String name, String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.add(name);
    arguments.addAll(settings(text, folder));
    arguments.addAll(Arrays.asList(more));
    return commands.run(arguments.toArray(String[]::new));
  }

  /** The small recipe, as arguments. */
  static List<String> settings(Path text, Path folder) {
    List<String> arguments = new ArrayList<>();
    for (String setting :
        List.of(
            "run.directory=" + folder,
            "corpus.input=" + text,
            "corpus.block-size=32",
            "corpus.lanes=4",
            "corpus.validation-share=0.1",
            "tokenizer.train.size=400",
            "tokenizer.train.sentinels=8",
            "model.preset=tiny",
            "training.workers=2",
            "training.batch-blocks=8",
            "training.inner-steps=5",
            "training.aggregate=parameters",
            "training.steps=20",
            "checkpoint.every=10",
            "schedule.warm-up-steps=5")) {
      arguments.add("--set");
      arguments.add(setting);
    }
    return arguments;
  }

  /** Runs a command without the recipe. */
  Outcome run(String... arguments) {
    return commands.run(arguments);
  }

  static Outcome expectSuccess(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome;
  }

  static void expectFailure(Outcome outcome, int code, String sentence) {
    assertThat(outcome.err()).contains(sentence);
    assertThat(outcome.err().lines().filter(line -> line.startsWith("palimpsest: ")).count())
        .as("sentences in: " + outcome.err())
        .isEqualTo(1);
    assertThat(outcome.err()).doesNotContain("\tat ");
    assertThat(outcome.code()).isEqualTo(code);
    assertThat(outcome.out()).isEmpty();
  }

  /** Copies a folder that the test then damages. */
  static Path copied(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        // With Hadoop's own checksum files, Hadoop would detect the damage first.
        if (!file.getFileName().toString().endsWith(".crc")) {
          Files.copy(file, target);
        }
      }
    }
    return to;
  }

  static void flipAByte(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Override
  public void close() {
    commands.close();
  }
}
