package org.palimpsest.cli.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.telemetry.LineLog;

/** The files of a report in the directory of a run. */
public final class ReportFiles {
  public static final String JSON = "report.json";
  public static final String PAGE = "report.html";

  private static final String METRICS = "metrics.jsonl";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final StoredFolder run;

  /**
   * @param run the directory of the run
   */
  public ReportFiles(StoredFolder run) {
    this.run = run;
  }

  /** Writes both files, replacing those of an earlier report. */
  public void write(Report report) {
    run.writeJson(JSON, report);
    byte[] page = new ReportPage(report).html().getBytes(StandardCharsets.UTF_8);
    run.write(PAGE, out -> out.write(page));
  }

  /** The rows of the evaluation in an earlier report; empty without one. */
  public List<Report.EvaluationRow> evaluation() {
    List<Report.EvaluationRow> rows = new ArrayList<>();
    if (run.exists(JSON)) {
      for (JsonNode row : run.readJson(JSON).path("evaluation")) {
        rows.add(
            new Report.EvaluationRow(
                row.path("name").asText(),
                row.path("where").asText(),
                row.path("positions").asLong(),
                row.path("loss").asDouble(),
                row.path("accuracy").asDouble()));
      }
    }
    return rows;
  }

  /** The loss curve in the run's {@code metrics.jsonl}; empty without metrics. */
  public List<Report.CurvePoint> curve() {
    List<Report.CurvePoint> points = new ArrayList<>();
    new LineLog(run, "metrics").forEachLine(line -> points.add(point(line)));
    return points;
  }

  private Report.CurvePoint point(String line) {
    try {
      JsonNode node = MAPPER.readTree(line);
      return new Report.CurvePoint(
          node.path("step").asLong(),
          node.path("seconds").asDouble(),
          node.path("rawTokens").asLong(),
          node.path("loss").asDouble());
    } catch (JsonProcessingException e) {
      throw PalimpsestException.input(
          run.resolve(METRICS)
              + " is damaged because a line is not JSON: delete that line, or train from scratch.");
    }
  }
}
