package org.palimpsest.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.classification.TrainingSummary;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.pipeline.progress.RunFiles;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.telemetry.LineLog;

/** How a model was trained: its loss by step, its evaluations, and how its training ended. */
public final class TrainingHistory implements TrainingSummary {
  static final String FOLDER = "history";
  private static final String METRICS = "metrics";
  private static final String SUMMARY = "summary.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Ending ending;
  private final List<String> metrics;
  private final List<String> evaluations;

  /** How the training ended. */
  private record Ending(String ending, String runDir, long steps, double seconds) {}

  private TrainingHistory(Ending ending, List<String> metrics, List<String> evaluations) {
    this.ending = ending;
    this.metrics = metrics;
    this.evaluations = evaluations;
  }

  /** The history of a run that has just ended. */
  static TrainingHistory of(String directory, RunResult result, Configuration hadoop) {
    StoredFolder folder = new StoredFolder(new Path(directory), hadoop);
    Ending ending =
        new Ending(Section.kebab(result.ending()), directory, result.step(), result.seconds());
    return new TrainingHistory(ending, metrics(folder), RunFiles.evaluationLines(folder));
  }

  private static List<String> metrics(StoredFolder folder) {
    List<String> lines = new ArrayList<>();
    new LineLog(folder, METRICS).forEachLine(lines::add);
    return lines;
  }

  /** Reads the history of a saved model. */
  static TrainingHistory read(StoredFolder folder) {
    try {
      Ending ending = JSON.treeToValue(folder.readJson(SUMMARY), Ending.class);
      return new TrainingHistory(ending, metrics(folder), RunFiles.evaluationLines(folder));
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          folder.resolve(SUMMARY) + " is damaged: save the model again.",
          e);
    }
  }

  /** Writes the history beside a saved model. */
  void write(StoredFolder folder) {
    write(folder, METRICS + ".jsonl", metrics);
    write(folder, RunFiles.EVALUATIONS, evaluations);
    folder.writeJson(SUMMARY, ending);
  }

  private static void write(StoredFolder folder, String name, List<String> lines) {
    byte[] text =
        lines.isEmpty()
            ? new byte[0]
            : (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    folder.write(name, out -> out.write(text));
  }

  /** The loss of each measurement, in the order of the steps: one for about every second. */
  @Override
  public double[] objectiveHistory() {
    return metrics.stream().mapToDouble(TrainingHistory::loss).toArray();
  }

  private static double loss(String line) {
    try {
      JsonNode loss = JSON.readTree(line).path("loss");
      return loss.isNumber() ? loss.asDouble() : Double.NaN;
    } catch (JsonProcessingException e) {
      return Double.NaN;
    }
  }

  /** Global steps done. */
  @Override
  public int totalIterations() {
    return Math.toIntExact(ending.steps());
  }

  /** How the last fit ended: finished, early, time-limit or stopped. */
  public String ending() {
    return ending.ending();
  }

  /** The folder of the run. */
  public String runDir() {
    return ending.runDir();
  }

  /** Seconds of training, over all fits. */
  public double seconds() {
    return ending.seconds();
  }

  /** The metrics of the run, a row for about every second. */
  public Dataset<Row> metrics() {
    return table(
        metrics,
        "step long, loss double, lr double, tokens long, rawTokens long, tokensPerSecond double,"
            + " waitingShare double, bytesExchanged long, skippedSteps long, seconds double");
  }

  /** The held-out losses of the run, a row for each evaluation. */
  public Dataset<Row> evaluations() {
    return table(evaluations, "step long, loss double, checkpoint string");
  }

  private static Dataset<Row> table(List<String> lines, String schema) {
    SparkSession spark = SparkSession.active();
    return spark.read().schema(schema).json(spark.createDataset(lines, Encoders.STRING()));
  }
}
