package org.palimpsest.cli.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The content of a run's report.
 *
 * @param schemaVersion of {@code report.json}
 * @param run the run's name
 * @param finished when the report was written, ISO 8601
 * @param steps the steps of the quickstart, in order
 * @param corpus counts of the corpus by name
 * @param model facts of the model by name
 * @param training facts of the training by name
 * @param curve the loss over the training
 * @param evaluation rows of the evaluation, the model first, then the baselines
 * @param evaluationFacts scores of the model alone, by name
 * @param examples held-out sentences, corrupted and restored
 * @param settings the resolved configuration as HOCON, secrets redacted
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
   * One step of the quickstart.
   *
   * @param name of the step
   * @param seconds wall time in this invocation
   * @param reused whether it reused the result of an earlier invocation
   */
  public record Step(String name, double seconds, boolean reused) {}

  /**
   * A point of the loss curve.
   *
   * @param step global step
   * @param seconds training time so far
   * @param rawTokens raw tokens read so far
   * @param loss mean over the target tokens since the previous point, in nats
   */
  public record CurvePoint(long step, double seconds, long rawTokens, double loss) {}

  /**
   * A row of the evaluation table.
   *
   * @param name {@code model}, {@code unigram}, {@code bigram}, ...
   * @param where kind of positions: {@code damaged} for corrupted ones, {@code kept}, {@code moved}
   * @param positions their number
   * @param loss nats per position
   * @param accuracy share of positions at which the most probable token is the true one
   */
  public record EvaluationRow(
      String name, String where, long positions, double loss, double accuracy) {

    /** The kind of positions as readers see it; {@code where} is a value of the format. */
    String label() {
      return where.equals("damaged") ? "corrupted" : where;
    }
  }

  /**
   * A held-out sentence.
   *
   * @param damaged the corrupted text, input of the model
   * @param restored output of the model
   * @param original the text before corruption
   * @param alternatives what the model prefers to write, most probable first
   */
  public record RestoredExample(
      String damaged, String restored, String original, List<Alternative> alternatives) {}

  /**
   * A restoration that the model considered.
   *
   * @param text what it writes for each mask, separated by {@code |}
   * @param probability of the whole restoration, between 0 and 1
   */
  public record Alternative(String text, double probability) {}

  /** The row of that name for corrupted positions, or null. */
  private EvaluationRow row(String name) {
    return evaluation.stream()
        .filter(row -> row.name().equals(name) && row.where().equals("damaged"))
        .findFirst()
        .orElse(null);
  }

  /** Compares the model with both baselines in one sentence. */
  public String verdict() {
    EvaluationRow model = row("model");
    EvaluationRow unigram = row("unigram");
    EvaluationRow bigram = row("bigram");
    if (model == null || unigram == null || bigram == null) {
      return "The model was not compared with the baselines.";
    }
    return String.format(
        Locale.ROOT,
        "On corrupted positions the model's loss of %.2f nats is %s the unigram baseline (%.2f) and"
            + " %s the bigram baseline (%.2f), which sees the true token to the left.",
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
