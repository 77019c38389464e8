package org.palimpsest.cli.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.evaluation.bootstrap.SeedMean;
import org.palimpsest.storage.StoredFolder;

/**
 * What came out of a study: {@code results.json}, {@code study.html}, and {@code plots/}.
 *
 * @param results of finished cells
 * @param means of their figures over seeds
 */
public record StudyReport(Study study, List<CellResult> results, List<Mean> means) {
  private static final int SCHEMA_VERSION = 1;

  /** The report of results. */
  public static StudyReport of(Study study, List<CellResult> results) {
    return new StudyReport(study, List.copyOf(results), Mean.of(results));
  }

  /** A mean in {@code results.json}; the halves of intervals are null where there is none. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record JsonMean(
      String cell,
      String name,
      String of,
      double at,
      double mean,
      Double seeds,
      Double documents,
      int count) {}

  private static JsonMean json(Mean one) {
    SeedMean mean = one.mean();
    return new JsonMean(
        one.cell(),
        one.name(),
        one.of(),
        one.at(),
        mean.value(),
        mean.seeds().isPresent() ? mean.seeds().getAsDouble() : null,
        mean.documents().isPresent() ? mean.documents().getAsDouble() : null,
        mean.count());
  }

  /** Everything as one JSON object. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schemaVersion", SCHEMA_VERSION);
    json.put("study", study.name());
    json.put("title", study.text().title());
    json.put("question", study.text().question());
    json.put("finished", results.size());
    json.put("all", study.size());
    json.put("seconds", seconds());
    json.put("means", means.stream().map(StudyReport::json).toList());
    json.put("cells", results.stream().map(CellResult::json).toList());
    return json;
  }

  /** The figures that the study plots, as tables of text. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    List<Mean> shown = means.stream().filter(mean -> study.plots().contains(mean.name())).toList();
    for (FigureTable table : FigureTable.all(shown)) {
      lines.addAll(table.lines());
      lines.add("");
    }
    return lines;
  }

  /** Wall time of all cells. */
  double seconds() {
    return results.stream().mapToDouble(CellResult::seconds).sum();
  }

  /** Writes the files, replacing those of an earlier invocation. */
  public void write(StudyFolder folder) {
    StoredFolder stored = folder.stored();
    stored.replaceJson(StudyFolder.RESULTS, json());
    List<StudyPage.Plot> plots = StudyChart.all(this).stream().map(StudyPage.Plot::of).toList();
    for (StudyPage.Plot plot : plots) {
      String file = "plots/" + plot.chart().file();
      plot.png().ifPresent(png -> stored.replace(file, out -> out.write(png)));
    }
    byte[] page = new StudyPage(this, plots).html().getBytes(StandardCharsets.UTF_8);
    stored.replace(StudyFolder.PAGE, out -> out.write(page));
  }
}
