package org.palimpsest.cli.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.evaluation.bootstrap.Estimate;
import org.palimpsest.evaluation.measure.Figure;
import org.palimpsest.storage.StoredFolder;

class StudyReportTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  private static StudyReport report() {
    return StudyReport.of(
        Studies.study(),
        List.of(
            Studies.result("plain", 1, 0.1),
            Studies.result("plain", 2, 0.3),
            Studies.result("copy", 1, 0.2)));
  }

  @Test
  void meansAreOverSeeds() {
    List<Mean> means = report().means();
    assertThat(means.stream().map(mean -> mean.cell() + " " + mean.name() + " " + mean.at()))
        .containsExactly(
            "plain error rate 0.05",
            "plain error rate 0.1",
            "plain loss 0.0",
            "copy error rate 0.05",
            "copy error rate 0.1",
            "copy loss 0.0");
    assertThat(means.get(0).mean().value()).isCloseTo(0.2, within(1e-12));
    assertThat(means.get(0).mean().count()).isEqualTo(2);
    assertThat(means.get(3).mean().seeds()).isEmpty();
  }

  /** Seconds of training differ between seeds. */
  @Test
  void pointsAlongATrainingBelongTogetherInTheirOrder() {
    List<CellResult> results =
        List.of(
            new CellResult("a", 1, 1, List.of(point(10, 3), point(20, 2))),
            new CellResult("a", 2, 1, List.of(point(12, 5), point(24, 4))));
    assertThat(Mean.of(results).stream().map(mean -> mean.at() + " " + mean.mean().value()))
        .containsExactly("11.0 4.0", "22.0 3.0");
  }

  private static Figure point(double seconds, double value) {
    return new Figure("loss", "by seconds", seconds, new Estimate(value, Optional.empty(), 1));
  }

  @Test
  void tablesHaveTheShorterSideAcross() {
    List<FigureTable> tables = FigureTable.all(report().means());
    assertThat(tables.get(0).name()).isEqualTo("error rate");
    assertThat(tables.get(0).columns()).containsExactly("plain", "copy");
    assertThat(tables.get(0).rows().keySet()).containsExactly("typing 0.05", "typing 0.1");
    assertThat(tables.get(0).rows().get("typing 0.1").get(1)).isEqualTo("0.4 (± 0.1)");
    assertThat(tables.get(1).rows().get("plain")).containsExactly("2 ± 12.71 (± 0.1)");
    assertThat(tables.get(1).lines()).hasSize(3);
  }

  @Test
  void numbersHaveFourDigits() {
    assertThat(FigureTable.number(0.12345)).isEqualTo("0.1235");
    assertThat(FigureTable.number(12.5)).isEqualTo("12.5");
    assertThat(FigureTable.number(345.67)).isEqualTo("345.7");
    assertThat(FigureTable.number(12345.6)).isEqualTo("12,346");
    assertThat(FigureTable.number(0)).isEqualTo("0");
  }

  @Test
  void thePageHasQuestionPlotsTablesAndCells() {
    List<StudyPage.Plot> plots = StudyChart.all(report()).stream().map(StudyPage.Plot::of).toList();
    String page = new StudyPage(report(), plots).html();
    assertThat(page)
        .contains("Is a &lt; b?")
        .contains("3 of 5 cells, seeds 1, 2, 8 s in all.")
        .contains("alt=\"error rate: typing\"")
        .contains("<td>0.4 (± 0.1)</td>")
        .contains("<td>baseline, without training</td>")
        .doesNotContain("{{");
  }

  @Test
  void filesAreWritten() throws Exception {
    StoredFolder stored =
        new StoredFolder(new org.apache.hadoop.fs.Path(directory.toString()), new Configuration());
    report().write(new StudyFolder(stored));
    JsonNode json = JSON.readTree(directory.resolve("results.json").toFile());
    assertThat(json.path("finished").asInt()).isEqualTo(3);
    assertThat(json.path("means")).hasSize(6);
    assertThat(CellResult.parse(json.path("cells").get(1)))
        .isEqualTo(Studies.result("plain", 2, 0.3));
    assertThat(Files.readString(directory.resolve("study.html"))).contains("A small study");
    assertThat(directory.resolve("plots/error-rate-typing.png")).isNotEmptyFile();
    assertThat(directory.resolve("plots/loss.png")).isNotEmptyFile();
  }
}
