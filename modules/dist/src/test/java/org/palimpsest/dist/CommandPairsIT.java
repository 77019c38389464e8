package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.dist.SmallRun.copied;
import static org.palimpsest.dist.SmallRun.expectSuccess;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.dist.InProcess.Outcome;

/**
 * Two commands at once on one folder: each ends with success or with one sentence, and afterwards
 * the run goes on from where it was.
 */
@Tag("cluster")
class CommandPairsIT {
  private static final String TRAIN = "pretrain --set training.steps=40";

  @TempDir private static Path folder;

  private static InProcess commands;
  private static Path text;

  @TempDir private Path scratch;

  @BeforeAll
  static void train() throws IOException {
    commands = new InProcess("local[4]");
    text = Stories.write(folder.resolve("stories.txt"), 600);
    Path run = folder.resolve("trained");
    expectSuccess(command(run, "prepare"));
    Path unused = copied(run, folder.resolve("prepared"));
    expectSuccess(command(run, "pretrain"));
  }

  @AfterAll
  static void stop() {
    commands.close();
  }

  /** A command with the small recipe, overridden by the settings in the line. */
  private static Outcome command(Path run, String line) {
    List<String> words = new ArrayList<>(List.of(line.replace("TEXT", text.toString()).split(" ")));
    if (words.get(0).equals("checkpoints")) { // Its commands need no more of the recipe.
      words.addAll(List.of("--set", "run.directory=" + run));
      return commands.run(words.toArray(String[]::new));
    }
    String name = words.remove(0);
    return SmallRun.command(commands, text, run, name, words.toArray(String[]::new));
  }

  @ParameterizedTest
  @Timeout(300)
  @CsvSource({
    "empty, prepare, prepare",
    "trained, " + TRAIN + ", " + TRAIN,
    "trained, " + TRAIN + ", export",
    "trained, checkpoints prune --keep 1, " + TRAIN
  })
  void twoCommandsAtOnceLoseNothing(String before, String one, String other) throws Exception {
    tryBoth(before, one, other);
  }

  @ParameterizedTest
  @Timeout(300)
  @Tag("torture")
  @CsvSource({
    "empty, prepare, " + TRAIN,
    "prepared, prepare --fresh, prepare --fresh",
    "prepared, prepare --add --input TEXT, prepare --add --input TEXT",
    "prepared, prepare --add --input TEXT, prepare --fresh",
    "prepared, prepare --fresh, " + TRAIN,
    "prepared, prepare --add --input TEXT, " + TRAIN,
    "prepared, prepare --fresh, preview",
    "prepared, " + TRAIN + ", evaluate",
    "prepared, " + TRAIN + " --fresh, " + TRAIN,
    "trained, " + TRAIN + " --fresh, " + TRAIN,
    "trained, " + TRAIN + " --fresh, evaluate",
    "trained, " + TRAIN + " --fresh, export",
    "trained, " + TRAIN + " --fresh, checkpoints prune --keep 1",
    "trained, " + TRAIN + ", evaluate",
    "trained, " + TRAIN + ", restore --text The",
    "trained, " + TRAIN + ", checkpoints verify",
    "trained, " + TRAIN + ", checkpoints list",
    "trained, " + TRAIN + ", stop",
    "trained, " + TRAIN + ", doctor",
    "trained, checkpoints prune --keep 1, checkpoints prune --keep 1",
    "trained, checkpoints prune --keep 1, export",
    "trained, checkpoints prune --keep 1, evaluate",
    "trained, checkpoints prune --keep 1, restore --text The",
    "trained, export, export",
    "trained, export, restore --text The",
    "trained, prepare --fresh, evaluate",
    "trained, prepare --fresh, export"
  })
  void everyPairLosesNothing(String before, String one, String other) throws Exception {
    tryBoth(before, one, other);
  }

  private void tryBoth(String before, String one, String other) throws Exception {
    Path run = scratch.resolve("run");
    if (!before.equals("empty")) {
      Path unused = copied(folder.resolve(before), run);
    }
    List<Outcome> outcomes = atOnce(run, one, other);

    outcomes.forEach(CommandPairsIT::endsWell);
    assertThat(outcomes).as("codes").extracting(Outcome::code).containsAnyOf(0, 6);
    if (before.equals("trained") && !(one + other).contains(TRAIN + " --fresh")) {
      assertThat(newestStep(run)).isGreaterThanOrEqualTo(20);
    }
    expectSuccess(command(run, "prepare"));
    String status = expectSuccess(command(run, TRAIN + " --json")).out();
    assertThat(new ObjectMapper().readTree(status).path("steps").asLong()).isEqualTo(40);
    String checkpoints = expectSuccess(command(run, "checkpoints verify")).out();
    assertThat(checkpoints.lines()).isNotEmpty().allMatch(line -> line.startsWith("ok "));
  }

  private static List<Outcome> atOnce(Path run, String one, String other) throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Outcome>> running = new ArrayList<>();
      for (String line : List.of(one, other)) {
        running.add(
            threads.submit(
                () -> {
                  int unused = start.await();
                  return command(run, line);
                }));
      }
      return List.of(running.get(0).get(), running.get(1).get());
    } finally {
      threads.shutdownNow();
    }
  }

  private static long newestStep(Path run) {
    return Stream.of(run.resolve("checkpoints").toFile().list())
        .filter(name -> name.startsWith("step-"))
        .mapToLong(name -> Long.parseLong(name.replaceAll("^step-(\\d+).*", "$1")))
        .max()
        .orElse(0);
  }

  private static void endsWell(Outcome outcome) {
    if (List.of(0, 6).contains(outcome.code())) {
      return;
    }
    assertThat(outcome.code()).as(outcome.err()).isIn(2, 3, 5);
    assertThat(outcome.err().lines().filter(line -> line.startsWith("palimpsest: ")))
        .as(outcome.err())
        .hasSize(1);
    assertThat(outcome.err()).doesNotContain("\tat ").doesNotContain("Exception");
  }
}
