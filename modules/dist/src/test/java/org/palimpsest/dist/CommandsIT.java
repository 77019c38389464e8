package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.dist.SmallRun.copied;
import static org.palimpsest.dist.SmallRun.expectSuccess;
import static org.palimpsest.dist.SmallRun.flipAByte;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.dist.InProcess.Outcome;

/** The commands on a small corpus, from prepare to restore. */
@ExtendWith(SmallRunExtension.class)
@Tag("cluster")
class CommandsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path scratch;

  private final SmallRun small;

  CommandsIT(SmallRun small) {
    this.small = small;
  }

  @Test
  void prepareReusesAnExistingCorpus() throws IOException {
    Path manifest = small.folder().resolve("corpus/manifest.json");
    var before = Files.getLastModifiedTime(manifest);

    JsonNode facts = JSON.readTree(expectSuccess(small.command("prepare", "--json")).out());

    assertThat(Files.getLastModifiedTime(manifest)).isEqualTo(before);
    assertThat(facts.path("vocabulary").asInt())
        .as("entries for bytes and merges")
        .isBetween(300, 400);
    assertThat(facts.path("trainingDocuments").asInt() + facts.path("heldOutDocuments").asInt())
        .isEqualTo(600);
    assertThat(facts.path("trainingBlocks").asInt()).isPositive();
  }

  @Test
  void previewShowsSourceAboveTarget() {
    Outcome outcome = expectSuccess(small.command("preview", "--examples", "2"));

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
    String first = expectSuccess(small.command("preview", options)).out();
    String second = expectSuccess(small.command("preview", options)).out();
    List<String> later = new ArrayList<>(List.of(options));
    later.addAll(List.of("--epoch", "1"));
    String third = expectSuccess(small.command("preview", later.toArray(String[]::new))).out();

    JsonNode example = JSON.readTree(first);
    assertThat(second).isEqualTo(first);
    assertThat(third).isNotEqualTo(first);
    assertThat(example.path("roles").size()).isEqualTo(example.path("target").size());
    assertThat(example.path("sourceText").asText()).contains("<extra_id_0>");
    assertThat(example.path("targetText").asText()).contains("<extra_id_0>");
  }

  @Test
  void pretrainOfAFinishedRunDoesNothing() throws IOException {
    JsonNode facts = JSON.readTree(expectSuccess(small.command("pretrain", "--json")).out());

    assertThat(facts.path("ending").asText()).isEqualTo("finished");
    assertThat(facts.path("steps").asLong()).isEqualTo(20);
  }

  @Test
  void evaluateScoresModelAndBaselinesOnTheSamePositions() throws IOException {
    JsonNode scores = JSON.readTree(expectSuccess(small.command("evaluate", "--json")).out());
    String table =
        expectSuccess(
                small.command("evaluate", "--model", small.folder().resolve("model").toString()))
            .out();

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
  void restoresTextWithAnExportedModel() throws IOException {
    Path model = small.folder().resolve("model");

    assertThat(model).isDirectoryContaining(file -> file.endsWith("model.safetensors"));
    assertThat(JSON.readTree(model.resolve("config.json").toFile()).path("model_type").asText())
        .isEqualTo("bart");
    Outcome outcome =
        expectSuccess(
            small.run(
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
  void listsVerifiesAndPrunesCheckpoints() throws IOException {
    Path copy = copied(small.folder(), scratch.resolve("run"));
    Path checkpoints = copy.resolve("checkpoints");
    String[] run = {"--set", "run.directory=" + copy};
    List<String> names = checkpointNames(checkpoints);
    Files.createDirectories(checkpoints.resolve("step-00000030-0123456789ab"));

    String list = expectSuccess(checkpoints("list", run)).out();
    assertThat(list).contains(names).contains("step-00000030-0123456789ab: not finished");
    assertThat(list.lines().skip(1).findFirst().orElseThrow()).contains("10 ");
    assertThat(expectSuccess(checkpoints("verify", run)).out().lines().toList())
        .containsExactly(
            "ok          " + names.get(0),
            "ok          " + names.get(1),
            "unfinished  step-00000030-0123456789ab");

    flipAByte(checkpoints.resolve(names.get(0)).resolve("parameters.bin"));
    Outcome damaged = checkpoints("verify", run);
    assertThat(damaged.code()).isEqualTo(3);
    assertThat(damaged.out()).contains("damaged     " + names.get(0));
    assertThat(damaged.err())
        .contains("parameters.bin is damaged: its size or checksum differs from the manifest");

    Outcome pruned = checkpoints("prune", "--keep", "1", "--set", "run.directory=" + copy);
    assertThat(expectSuccess(pruned).out().lines().toList())
        .containsExactlyInAnyOrder(
            "deleted  " + names.get(0), "deleted  step-00000030-0123456789ab");
    assertThat(checkpointNames(checkpoints)).containsExactly(names.get(1));
    assertThat(expectSuccess(checkpoints("verify", run)).out()).startsWith("ok  ");
  }

  private Outcome checkpoints(String what, String... options) {
    List<String> arguments = new ArrayList<>(List.of("checkpoints", what));
    arguments.addAll(Arrays.asList(options));
    return small.run(arguments.toArray(String[]::new));
  }

  private static List<String> checkpointNames(Path checkpoints) {
    return Arrays.stream(checkpoints.toFile().list())
        .filter(name -> name.startsWith("step-"))
        .sorted()
        .toList();
  }

  @Test
  void doctorPassesAndLeavesNoFiles() throws IOException {
    Outcome outcome =
        expectSuccess(
            small.command(
                "doctor",
                "--json",
                "--set",
                "run.directory=" + scratch.resolve("run"),
                "--set",
                "corpus.path=" + small.folder().resolve("corpus")));

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
  void writesStatusAndEventFiles() {
    assertThat(small.status().path("state").asText()).isEqualTo("finished");
    assertThat(small.status().path("exitCode").asInt(-1)).isZero();
    assertThat(small.status().path("checkpoint").asText()).contains("step-00000020-");
    assertThat(small.folder().resolve("tensorboard").toFile().list())
        .contains("events.out.tfevents.000000000020.palimpsest");
  }

  @Test
  void resumesAfterTheTimeLimit() {
    String[] options = {
      "--set",
      "run.directory=" + scratch,
      "--set",
      "corpus.path=" + small.folder().resolve("corpus"),
      "--set",
      "training.time-limit=1ms"
    };

    Outcome first = small.command("pretrain", options);
    assertThat(first.code()).as(first.err()).isEqualTo(6);
    assertThat(first.out()).contains("Stopped at the time limit (run it again to resume)");
    expectSuccess(
        small.command(
            "pretrain",
            "--set",
            "run.directory=" + scratch,
            "--set",
            "corpus.path=" + small.folder().resolve("corpus")));
  }
}
