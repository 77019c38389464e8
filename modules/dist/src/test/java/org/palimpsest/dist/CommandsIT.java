package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.dist.InProcess.Outcome;

/**
 * The commands on a small corpus, from preparation to restoring; and what they say of bad input.
 */
class CommandsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;

  private static Path text;
  private static Path run;
  private static InProcess commands;

  /** What stood in the run's folder when the training was done; other tests train there, too. */
  private static JsonNode status;

  @TempDir private Path scratch;

  @BeforeAll
  static void trainASmallModel() throws IOException {
    commands = new InProcess("local[2]");
    text = Stories.write(folder.resolve("stories.txt"), 600);
    run = folder.resolve("run");
    expectSuccess(command("prepare"));
    expectSuccess(command("pretrain", "--set", "training.steps=20"));
    status = JSON.readTree(run.resolve("status.json").toFile());
    expectSuccess(command("export"));
  }

  @AfterAll
  static void stopSpark() {
    commands.close();
  }

  /** A command with the small recipe, which later settings may change. */
  private static Outcome command(String name, String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.add(name);
    for (String setting :
        List.of(
            "run.directory=" + run,
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
    arguments.addAll(Arrays.asList(more));
    return commands.run(arguments.toArray(String[]::new));
  }

  private static Outcome expectSuccess(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome;
  }

  private static void expectFailure(Outcome outcome, int code, String sentence) {
    assertThat(outcome.err()).contains(sentence);
    assertThat(outcome.err().lines().filter(line -> line.startsWith("palimpsest: ")).count())
        .as("sentences in: " + outcome.err())
        .isEqualTo(1);
    assertThat(outcome.err()).doesNotContain("\tat ");
    assertThat(outcome.code()).isEqualTo(code);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void preparingAgainFindsTheCorpus() throws IOException {
    Path manifest = run.resolve("corpus/manifest.json");
    var before = Files.getLastModifiedTime(manifest);

    JsonNode facts = JSON.readTree(expectSuccess(command("prepare", "--json")).out());

    assertThat(Files.getLastModifiedTime(manifest)).isEqualTo(before);
    assertThat(facts.path("vocabulary").asInt())
        .as("room for bytes and merges")
        .isBetween(300, 400);
    assertThat(facts.path("trainingDocuments").asInt() + facts.path("heldOutDocuments").asInt())
        .isEqualTo(600);
    assertThat(facts.path("trainingBlocks").asInt()).isPositive();
  }

  @Test
  void previewShowsSourceOverTarget() {
    Outcome outcome = expectSuccess(command("preview", "--examples", "2"));

    assertThat(outcome.out()).contains("bart: ").contains("<mask>");
    assertThat(outcome.out().lines().filter(line -> line.startsWith("example ")).count())
        .isEqualTo(2);
    assertThat(outcome.out().lines().filter(line -> line.startsWith("source  ")).count())
        .isEqualTo(outcome.out().lines().filter(line -> line.startsWith("target  ")).count())
        .isPositive();
  }

  @Test
  void previewOfATextAsJsonIsAFunctionOfSeedAndEpoch() throws IOException {
    String[] options = {
      "--objective",
      "t5",
      "--input",
      "The red fox sees the river at night. My sister paints a blue house. The old miller"
          + " likes her horse in the morning. A small dog follows the long road every summer.",
      "--seed",
      "5",
      "--json"
    };
    String first = expectSuccess(command("preview", options)).out();
    String second = expectSuccess(command("preview", options)).out();
    List<String> later = new ArrayList<>(List.of(options));
    later.addAll(List.of("--epoch", "1"));
    String third = expectSuccess(command("preview", later.toArray(String[]::new))).out();

    JsonNode example = JSON.readTree(first);
    assertThat(second).isEqualTo(first);
    assertThat(third).isNotEqualTo(first);
    assertThat(example.path("roles").size()).isEqualTo(example.path("target").size());
    assertThat(example.path("sourceText").asText()).contains("<extra_id_0>");
    assertThat(example.path("targetText").asText()).contains("<extra_id_0>");
  }

  @Test
  void pretrainingAgainHasNothingToDo() throws IOException {
    JsonNode facts = JSON.readTree(expectSuccess(command("pretrain", "--json")).out());

    assertThat(facts.path("ending").asText()).isEqualTo("finished");
    assertThat(facts.path("steps").asLong()).isEqualTo(20);
  }

  @Test
  void evaluationPutsTheBaselinesBesideTheModel() throws IOException {
    JsonNode scores = JSON.readTree(expectSuccess(command("evaluate", "--json")).out());
    String table =
        expectSuccess(command("evaluate", "--model", run.resolve("model").toString())).out();

    assertThat(scores.path("damaged").path("positions").asLong()).isPositive();
    assertThat(scores.path("unigram").path("positions"))
        .isEqualTo(scores.path("damaged").path("positions"));
    assertThat(scores.path("bigram").path("loss").asDouble())
        .isLessThan(scores.path("unigram").path("loss").asDouble());
    assertThat(table)
        .contains("unigram")
        .contains("bigram")
        .contains("nats per UTF-8 byte")
        .contains(String.format("%.3f", scores.path("damaged").path("loss").asDouble()));
  }

  @Test
  void anExportedModelRestoresText() throws IOException {
    Path model = run.resolve("model");

    assertThat(model).isDirectoryContaining(file -> file.endsWith("model.safetensors"));
    assertThat(JSON.readTree(model.resolve("config.json").toFile()).path("model_type").asText())
        .isEqualTo("bart");
    Outcome outcome =
        expectSuccess(
            commands.run(
                "restore",
                "--model",
                model.toString(),
                "--text",
                "The red fox <mask> the river.",
                "--text",
                "A small dog sees her horse again.",
                "--json"));
    List<String> lines = outcome.out().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(JSON.readTree(lines.get(0)).path("spans").size()).isEqualTo(1);
    assertThat(JSON.readTree(lines.get(1)).path("spans").size()).isZero();
  }

  @Test
  void missingInputIsNamed() {
    expectFailure(
        command(
            "prepare",
            "--set",
            "run.directory=" + scratch,
            "--input",
            scratch.resolve("none").toString()),
        3,
        scratch.resolve("none").toString());
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void emptyInputIsNoCorpus() throws IOException {
    Path empty = Files.writeString(scratch.resolve("empty.txt"), " \n\n");

    expectFailure(
        command("prepare", "--set", "run.directory=" + scratch, "--input", empty.toString()),
        3,
        "empty");
    assertThat(scratch.resolve("corpus/manifest.json")).doesNotExist();
  }

  @Test
  void aFolderWithoutAManifestIsNoCorpus() {
    expectFailure(
        command("pretrain", "--set", "corpus.path=" + scratch),
        3,
        scratch + " is no corpus: it has no manifest.json (or was never finished).");
  }

  @Test
  void aDamagedManifestIsRefused() throws IOException {
    Path copy = copyOf(run.resolve("corpus"), scratch.resolve("corpus"));
    Path manifest = copy.resolve("manifest.json");
    Files.writeString(
        manifest, Files.readString(manifest).replace("\"blockSize\" : 32", "\"blockSize\" : 33"));

    expectFailure(command("preview", "--set", "corpus.path=" + copy), 3, "damaged");
  }

  @Test
  void aDamagedCheckpointIsNamedAndNothingReplaced() throws IOException {
    Path copy = copyOf(run, scratch.resolve("run"));
    try (Stream<Path> files = Files.walk(copy.resolve("checkpoints"))) {
      for (Path file : files.filter(path -> path.endsWith("parameters.bin")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
      }
    }
    byte[] model = Files.readAllBytes(copy.resolve("model/model.safetensors"));

    expectFailure(
        command("export", "--set", "run.directory=" + copy), 3, "There is no checkpoint in ");
    assertThat(copy.resolve("model/model.safetensors")).hasBinaryContent(model);
  }

  @Test
  void anUnknownKeyNamesTheNearest() {
    expectFailure(
        command("pretrain", "--set", "training.worker=2"),
        2,
        "Unknown configuration key 'training.worker': the nearest known key is"
            + " 'training.workers'.");
  }

  @Test
  void anUnknownObjectiveListsTheKnownOnes() {
    Outcome outcome = command("preview", "--objective", "brat");

    expectFailure(outcome, 2, "brat");
    assertThat(outcome.err()).contains("bart").contains("t5").contains("mass");
  }

  @Test
  void anEmptyTextCannotBeRestored() {
    expectFailure(
        commands.run("restore", "--model", run.resolve("model").toString(), "--text", " "),
        3,
        "There is no text to restore: give one that is not empty.");
  }

  @Test
  void aFolderThatIsNoModelIsNamed() {
    expectFailure(
        commands.run("restore", "--model", scratch.toString(), "--text", "a <mask>"),
        3,
        scratch + " is not a model folder: it has no config.json.");
  }

  @Test
  void exportSparesAFolderOfSomethingElse() throws IOException {
    Path precious = Files.writeString(scratch.resolve("thesis.txt"), "years of work");

    expectFailure(
        command("export", "--to", scratch.toString()),
        3,
        scratch + " holds something else than a model, which will not be overwritten");
    assertThat(scratch).isDirectoryContaining(file -> file.equals(precious));
    assertThat(scratch.toFile().list()).hasSize(1);
  }

  @Test
  void tooManyWorkersForTheSlotsIsTheClustersMatter() {
    expectFailure(
        command(
            "pretrain",
            "--set",
            "training.workers=3",
            "--set",
            "run.directory=" + scratch,
            "--set",
            "corpus.path=" + run.resolve("corpus")),
        5,
        "training.workers is 3, but Spark has room for 2 tasks at once");
  }

  @Test
  void checkpointsAreListedVerifiedAndPruned() throws IOException {
    Path copy = copyOf(run, scratch.resolve("run"));
    Path checkpoints = copy.resolve("checkpoints");
    String[] there = {"--set", "run.directory=" + copy};
    List<String> names = checkpointNames(checkpoints);
    Files.createDirectories(checkpoints.resolve("step-00000030-0123456789ab"));

    String list = expectSuccess(checkpoints("list", there)).out();
    assertThat(list).contains(names).contains("step-00000030-0123456789ab: not finished");
    assertThat(list.lines().skip(1).findFirst().orElseThrow()).contains("10 ");
    assertThat(expectSuccess(checkpoints("verify", there)).out().lines().toList())
        .containsExactly(
            "ok          " + names.get(0),
            "ok          " + names.get(1),
            "unfinished  step-00000030-0123456789ab");

    flipAByte(checkpoints.resolve(names.get(0)).resolve("parameters.bin"));
    Outcome damaged = checkpoints("verify", there);
    assertThat(damaged.code()).isEqualTo(3);
    assertThat(damaged.out()).contains("damaged     " + names.get(0));
    assertThat(damaged.err())
        .contains("parameters.bin is damaged: its size or checksum differs from what the manifest");

    Outcome pruned = checkpoints("prune", "--keep", "1", "--set", "run.directory=" + copy);
    assertThat(expectSuccess(pruned).out().lines().toList())
        .containsExactly("deleted  " + names.get(0), "deleted  step-00000030-0123456789ab");
    assertThat(checkpointNames(checkpoints)).containsExactly(names.get(1));
    assertThat(expectSuccess(checkpoints("verify", there)).out()).startsWith("ok  ");
  }

  private static Outcome checkpoints(String what, String... options) {
    List<String> arguments = new ArrayList<>(List.of("checkpoints", what));
    arguments.addAll(Arrays.asList(options));
    return commands.run(arguments.toArray(String[]::new));
  }

  private static List<String> checkpointNames(Path checkpoints) {
    return Arrays.stream(checkpoints.toFile().list())
        .filter(name -> name.startsWith("step-"))
        .sorted()
        .toList();
  }

  private static void flipAByte(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void theDoctorFindsASoundClusterAndLeavesNothing() throws IOException {
    Outcome outcome =
        expectSuccess(
            command(
                "doctor",
                "--json",
                "--set",
                "run.directory=" + scratch.resolve("run"),
                "--set",
                "corpus.path=" + run.resolve("corpus")));

    List<JsonNode> checks = new ArrayList<>();
    for (String line : outcome.out().lines().toList()) {
      checks.add(JSON.readTree(line));
    }
    assertThat(checks)
        .extracting(check -> check.path("check").asText())
        .contains("model", "slots", "heap", "shared folder", "native libraries", "connections");
    assertThat(checks).extracting(check -> check.path("verdict").asText()).doesNotContain("fail");
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void theDoctorEndsWithFiveWhereARunCannotBegin() {
    Outcome outcome = command("doctor", "--set", "training.workers=3");

    assertThat(outcome.code()).isEqualTo(5);
    assertThat(outcome.out())
        .contains("fail  slots                training.workers is 3, but Spark has room for 2");
  }

  @Test
  void statusAndEventFilesLieBesideTheCheckpoints() {
    assertThat(status.path("state").asText()).isEqualTo("finished");
    assertThat(status.path("exitCode").asInt(-1)).isZero();
    assertThat(status.path("checkpoint").asText()).contains("step-00000020-");
    assertThat(run.resolve("tensorboard").toFile().list())
        .contains("events.out.tfevents.000000000020.palimpsest");
  }

  @Test
  void theTimeLimitEndsWithSixAndTheNextRunGoesOn() {
    String[] options = {
      "--set",
      "run.directory=" + scratch,
      "--set",
      "corpus.path=" + run.resolve("corpus"),
      "--set",
      "training.time-limit=1ms"
    };

    Outcome first = command("pretrain", options);
    assertThat(first.code()).as(first.err()).isEqualTo(6);
    assertThat(first.out()).contains("Stopped at the time limit (run it again to go on)");
    expectSuccess(
        command(
            "pretrain",
            "--set",
            "run.directory=" + scratch,
            "--set",
            "corpus.path=" + run.resolve("corpus")));
  }

  private static Path copyOf(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        // Hadoop's checksums beside the files would tell of the damage first.
        if (!file.getFileName().toString().endsWith(".crc")) {
          Files.copy(file, target);
        }
      }
    }
    return to;
  }
}
