package org.palimpsest.evaluation.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.evaluation.Evaluation;
import org.palimpsest.evaluation.HeldOutScores;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.telemetry.LineLog;

/**
 * Quality along a training: the loss of lost tokens at each checkpoint that the run keeps, by
 * seconds of training, and by 10¹² floating-point operations. Needs {@code checkpoint.every} and
 * {@code checkpoint.keep} for several points.
 *
 * @param objective of the evaluation, as in a recipe; empty for that of the training
 */
record ProgressMeasure(String name, Object objective) implements Measure {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double TERA = 1e12;

  static Measure from(MeasureSettings settings) {
    settings.requireOnly(List.of("kind", "stage", "name", "objective"));
    Object objective = settings.config().hasPath("objective") ? settings.objective() : "";
    return new ProgressMeasure(settings.text("name", ""), objective);
  }

  @Override
  public List<Figure> of(Subject subject) {
    if (!(subject.by() instanceof Subject.Model by)) {
      return List.of();
    }
    Object judged = objective.equals("") ? subject.recipe().objective() : objective;
    Evaluation evaluation =
        Evaluation.of(
            HeldOutMeasure.underObjective(subject.recipe(), judged),
            subject.spark(),
            subject.corpus());
    double exampleCost =
        new TrainingCost(by.model().spec())
            .ofExample(LengthsMeasure.statistics(subject.recipe(), subject.corpus()));
    double stepCost = exampleCost * subject.recipe().count("training", "batch-blocks");
    NavigableMap<Long, Double> seconds = seconds(subject);
    List<Figure> figures = new ArrayList<>();
    for (Checkpoint checkpoint : checkpoints(subject)) {
      HeldOutScores scores = evaluation.heldOut(TrainedModel.of(checkpoint, subject.hadoop()));
      if (scores.lost().isPresent()) {
        double at = seconds.floorEntry(checkpoint.step()).getValue();
        double cost = checkpoint.step() * stepCost / TERA;
        figures.add(figure("by seconds", at, scores.lost().get()));
        figures.add(figure("by TFLOP", cost, scores.lost().get()));
      }
    }
    return figures;
  }

  private Figure figure(String axis, double at, HeldOutScores.Part lost) {
    String of = name.isEmpty() ? axis : name + " " + axis;
    return new Figure("loss of lost tokens", of, at, lost.loss());
  }

  private static List<Checkpoint> checkpoints(Subject subject) {
    Checkpoints all = new Checkpoints(subject.recipe().checkpointPath(), subject.hadoop());
    return all.names().stream().map(all::open).toList();
  }

  /** Training time until each step that the run has logged. */
  private static NavigableMap<Long, Double> seconds(Subject subject) {
    NavigableMap<Long, Double> seconds = new TreeMap<>();
    seconds.put(0L, 0.0);
    StoredFolder run = new StoredFolder(new Path(subject.recipe().directory()), subject.hadoop());
    new LineLog(run, "metrics").forEachLine(line -> add(line, run, seconds));
    return seconds;
  }

  private static void add(String line, StoredFolder run, NavigableMap<Long, Double> seconds) {
    try {
      JsonNode node = JSON.readTree(line);
      seconds.put(node.path("step").asLong(), node.path("seconds").asDouble());
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          run.resolve("metrics.jsonl")
              + " is damaged because a line is not JSON: delete the run's folder, and run the study"
              + " again.",
          e);
    }
  }
}
