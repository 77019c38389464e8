package org.palimpsest.cli.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Everything a run's report says.
 *
 * @param schemaVersion of {@code report.json}
 * @param run the run's name
 * @param finished when the report was written, ISO 8601
 * @param steps what was done, in order
 * @param corpus counts of the corpus by name
 * @param model facts of the model by name
 * @param training facts of the training by name
 * @param curve the loss over the training
 * @param evaluation rows of the evaluation, the model first, then the baselines
 * @param evaluationFacts what the evaluation says of the model alone, by name
 * @param examples held-out sentences, damaged and restored
 * @param settings the resolved configuration as HOCON, secrets blotted out
 */
public record Report(
    int schemaVersion,
    String run,
    String finished,
    List<Step> steps,
    Map<String, Object> corpus,
    Map<String, Object> model,
    Map<String, Object> training,
    List<CurvePoint> curve,
    List<EvaluationRow> evaluation,
    Map<String, Object> evaluationFacts,
    List<RestoredExample> examples,
    String settings) {
  /** The version of {@code report.json} that this code writes. */
  public static final int SCHEMA_VERSION = 1;

  /**
   * One step of the main job.
   *
   * @param name what was done
   * @param seconds wall time of this invocation
   * @param reused whether an earlier invocation's result was there already
   */
  public record Step(String name, double seconds, boolean reused) {}

  /**
   * A point of the loss curve.
   *
   * @param step global step
   * @param seconds training time so far
   * @param rawTokens undamaged tokens read so far
   * @param loss mean over the target tokens since the point before, in nats
   */
  public record CurvePoint(long step, double seconds, long rawTokens, double loss) {}

  /**
   * A line of the evaluation table.
   *
   * @param name {@code model}, {@code unigram}, {@code bigram}, ...
   * @param where which positions: {@code damaged}, {@code kept}, {@code moved}
   * @param positions how many there were
   * @param loss nats a position
   * @param accuracy share at which the most probable token is the true one
   */
  public record EvaluationRow(
      String name, String where, long positions, double loss, double accuracy) {}

  /**
   * A held-out sentence.
   *
   * @param damaged what the model read
   * @param restored what it wrote
   * @param original what had been there
   */
  public record RestoredExample(String damaged, String restored, String original) {}

  /** The line of that name for damaged positions, or null. */
  private EvaluationRow row(String name) {
    return evaluation.stream()
        .filter(row -> row.name().equals(name) && row.where().equals("damaged"))
        .findFirst()
        .orElse(null);
  }

  /** Where the model stands among the baselines, in one sentence that hides nothing. */
  public String verdict() {
    EvaluationRow model = row("model");
    EvaluationRow unigram = row("unigram");
    EvaluationRow bigram = row("bigram");
    if (model == null || unigram == null || bigram == null) {
      return "The model was not compared with the baselines.";
    }
    return String.format(
        Locale.ROOT,
        "On damaged positions the model's loss of %.2f nats lies %s the unigram line (%.2f)"
            + " and %s the bigram line (%.2f), which is told the true left neighbour.",
        model.loss(),
        side(model, unigram),
        unigram.loss(),
        side(model, bigram),
        bigram.loss());
  }

  private static String side(EvaluationRow model, EvaluationRow baseline) {
    return model.loss() < baseline.loss() ? "below" : "above";
  }
}
