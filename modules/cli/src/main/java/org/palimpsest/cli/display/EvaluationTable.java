package org.palimpsest.cli.display;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.palimpsest.evaluation.EvaluationReport;
import org.palimpsest.evaluation.PositionScore;

/** An evaluation as a table of text, with the model and the baselines. */
public final class EvaluationTable {
  private static final String FORMAT = "%-10s %-9s %10s %8s %11s %9s";

  private EvaluationTable() {}

  /**
   * A row of the table.
   *
   * @param where kind of positions, as in {@code report.json}
   * @param by the model, or a baseline
   * @param score loss and accuracy
   */
  public record Row(String where, String by, PositionScore score) {}

  /** The rows, corrupted positions first; kinds of positions that do not occur are left out. */
  public static List<Row> rows(EvaluationReport report) {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("damaged", "model", report.damaged()));
    rows.add(new Row("damaged", "unigram", report.unigram()));
    rows.add(new Row("damaged", "bigram", report.bigram()));
    rows.add(new Row("kept", "model", report.kept()));
    rows.add(new Row("moved", "model", report.moved()));
    rows.removeIf(row -> row.score().positions() == 0);
    return rows;
  }

  /** The table, a line with the scores over all target tokens, and one with restored spans. */
  public static List<String> lines(EvaluationReport report, AnsiStyle style) {
    List<String> lines = new ArrayList<>();
    lines.add(
        style.faint(
            FORMAT.formatted("positions", "by", "count", "loss", "perplexity", "accuracy")));
    rows(report).forEach(row -> lines.add(line(row, style)));
    lines.add(
        String.format(
            Locale.ROOT,
            "all %,d target tokens of %,d blocks: loss %.3f, perplexity %,.1f, %.3f nats per UTF-8"
                + " byte",
            report.targetTokens(),
            report.blocks(),
            report.loss(),
            report.perplexity(),
            report.natsPerByte()));
    report
        .certainty()
        .loss()
        .ifPresent(
            loss ->
                lines.add(
                    "95 %% intervals over %,d documents: loss %s, nats per UTF-8 byte %s"
                        .formatted(
                            report.certainty().documents(),
                            ComparisonTable.text(loss),
                            ComparisonTable.text(report.certainty().natsPerByte().orElse(loss)))));
    if (report.restored().spans() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d restored spans of %,d texts: ROUGE-L %.3f, most frequent word %.3f",
              report.restored().spans(),
              report.restored().texts(),
              report.restored().rougeL(),
              report.restored().unigramRougeL()));
    }
    return lines;
  }

  private static String line(Row row, AnsiStyle style) {
    PositionScore score = row.score();
    String line =
        FORMAT.formatted(
            row.where().equals("damaged") ? "corrupted" : row.where(),
            row.by(),
            String.format(Locale.ROOT, "%,d", score.positions()),
            String.format(Locale.ROOT, "%.3f", score.loss()),
            String.format(Locale.ROOT, "%,.1f", Math.exp(score.loss())),
            String.format(Locale.ROOT, "%.1f %%", score.accuracy() * 100));
    boolean headline = row.where().equals("damaged") && row.by().equals("model");
    return headline ? style.strong(line) : line;
  }
}
