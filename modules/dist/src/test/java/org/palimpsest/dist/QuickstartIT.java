package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.dist.Launcher.Outcome;

/** The command quickstart on a small text, run twice, and the model that it exports. */
@Tag("cluster")
class QuickstartIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Launcher launcher = new Launcher(Launcher.assembledHome());

  @TempDir private Path folder;

  @Test
  void trainsAndReportsThenReusesCorpusAndRun() throws IOException {
    Path text = Stories.write(folder.resolve("stories.txt"), 400);

    Outcome first = quickstart(text);
    JsonNode report = report();
    Outcome second = quickstart(text);
    JsonNode later = report();

    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("source  ")
        .contains("Finished: 20 steps")
        .contains("unigram")
        .contains("restored  ")
        .contains("Report: ");
    assertThat(first.out()).doesNotContain("[Gloo]");
    assertThat(reused(report)).isEmpty();
    assertThat(report.path("curve").size()).isPositive();
    assertThat(report.path("evaluation").path(0).path("name").asText()).isEqualTo("model");
    assertThat(report.path("examples").size()).isEqualTo(3);
    assertThat(folder.resolve("runs/demo/report.html")).content().contains("<img src=");

    assertThat(second.code()).as(second.err()).isZero();
    assertThat(reused(later)).containsExactly("prepare", "pretrain");
    assertThat(corruptedLoss(later)).isCloseTo(corruptedLoss(report), within(1e-9));
    assertThat(later.path("curve")).isEqualTo(report.path("curve"));

    Outcome mixed =
        launcher.script(
            folder,
            """
            echo before
            "$palimpsest" restore --model runs/demo/model --text 'The <mask> sees' --json
            "$palimpsest" restore --model runs/none --text 'The <mask> sees' 2>&1
            echo after
            """);
    assertThat(mixed.out().lines().toList())
        .as("results in one file with the output of other programs")
        .hasSize(4)
        .startsWith("before")
        .endsWith("after");
    assertThat(mixed.out()).contains("\"spans\"").contains("is not a model folder");
  }

  private Outcome quickstart(Path text) {
    List<String> arguments =
        new ArrayList<>(
            List.of("quickstart", "--master", "local[2]", "--conf", "spark.ui.enabled=false"));
    arguments.addAll(List.of("--input", text.toString(), "--runs", "runs"));
    for (String setting :
        List.of(
            "corpus.block-size=32",
            "corpus.lanes=4",
            "corpus.validation-share=0.1",
            "tokenizer.train.size=400",
            "model.preset=tiny",
            "training.batch-blocks=8",
            "training.inner-steps=5",
            "training.steps=20",
            "schedule.warm-up-steps=5")) {
      arguments.add("--set");
      arguments.add(setting);
    }
    return launcher.run(folder, Map.of(), arguments.toArray(String[]::new));
  }

  private static double corruptedLoss(JsonNode report) {
    return report.path("evaluation").path(0).path("loss").asDouble(Double.NaN);
  }

  private JsonNode report() throws IOException {
    return JSON.readTree(Files.readString(folder.resolve("runs/demo/report.json")));
  }

  private static List<String> reused(JsonNode report) {
    List<String> names = new ArrayList<>();
    report
        .path("steps")
        .forEach(
            step -> {
              if (step.path("reused").asBoolean()) {
                names.add(step.path("name").asText());
              }
            });
    return names;
  }
}
