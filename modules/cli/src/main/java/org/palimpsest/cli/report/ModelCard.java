package org.palimpsest.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.palimpsest.cli.report.Report.CurvePoint;
import org.palimpsest.cli.report.Report.EvaluationRow;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;

/**
 * The page about a model that hubs show, in Markdown, with what is known of its training. Where its
 * texts came from and what its license is, only its author can say.
 *
 * @param name of the model
 * @param type what Hugging Face calls such a model
 * @param objective what it was trained with, as in a recipe
 * @param example a text that the model can read
 * @param corpus counts of the corpus by name; empty if it is gone
 * @param curve the loss over the training
 * @param evaluation rows of the evaluation; empty without one
 */
public record ModelCard(
    String name,
    String type,
    ModelSpec spec,
    String objective,
    String example,
    Map<String, Long> corpus,
    List<CurvePoint> curve,
    List<EvaluationRow> evaluation) {
  /** Rows of the table of losses. */
  private static final int POINTS = 8;

  /** The text of the page. */
  public String markdown() {
    List<String> parts = new ArrayList<>();
    parts.add(frontMatter());
    parts.add("# " + name);
    parts.add(
        "An encoder-decoder language model ("
            + type
            + ") that was pre-trained by restoring corrupted text, with Palimpsest.");
    parts.add(table(model()));
    parts.add(data());
    parts.add(training());
    if (!evaluation.isEmpty()) {
      parts.add(scores());
    }
    parts.add(use());
    parts.add("## Limits\n\nTo fill in: what the model must not be used for, and known faults.");
    return String.join("\n\n", parts) + "\n";
  }

  private String frontMatter() {
    return """
    ---
    # To fill in before publishing: the license of the model, and the languages of its texts.
    # license: apache-2.0
    # language: en
    library_name: transformers
    tags:
    - %s
    - denoising
    - palimpsest
    ---\
    """
        .formatted(type);
  }

  private Map<String, String> model() {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("parameters", count(ParameterLayout.of(spec).size()));
    rows.put("layers", spec.encoderLayers() + " + " + spec.decoderLayers());
    rows.put("width", count(spec.width()));
    rows.put("heads", count(spec.heads()));
    rows.put("vocabulary", count(spec.vocabulary()));
    rows.put("positions", count(spec.positions()));
    return rows;
  }

  private String data() {
    String told =
        "## Training data\n\n"
            + "To fill in: what the texts are, where they come from, and their license.";
    if (corpus.isEmpty()) {
      return told;
    }
    Map<String, String> rows = new LinkedHashMap<>();
    corpus.forEach((what, number) -> rows.put(what, count(number)));
    return told + "\n\n" + table(rows);
  }

  private String training() {
    String told = "## Training\n\nObjective: `" + objective + "`.";
    if (curve.isEmpty()) {
      return told;
    }
    StringBuilder rows = new StringBuilder("| step | tokens read | loss |\n|---:|---:|---:|");
    for (CurvePoint point : points()) {
      rows.append(
          String.format(
              Locale.ROOT,
              "\n| %,d | %,d | %.3f |",
              point.step(),
              point.rawTokens(),
              point.loss()));
    }
    return told + " Losses are in nats per target token, on the training data.\n\n" + rows;
  }

  /** Some points, evenly spaced, and the last one. */
  private List<CurvePoint> points() {
    int last = curve.size() - 1;
    int shown = Math.min(POINTS, curve.size());
    List<CurvePoint> points = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      points.add(curve.get(shown == 1 ? last : (int) ((long) last * i / (shown - 1))));
    }
    return points;
  }

  private String scores() {
    StringBuilder rows =
        new StringBuilder(
            "| | positions | number | loss (nats) | accuracy |\n|---|---|---:|---:|---:|");
    for (EvaluationRow row : evaluation) {
      rows.append(
          String.format(
              Locale.ROOT,
              "\n| %s | %s | %,d | %.3f | %.1f %% |",
              row.name(),
              row.label(),
              row.positions(),
              row.loss(),
              100 * row.accuracy()));
    }
    return "## Evaluation\n\nOn held-out text with fixed noise, beside baselines on the same"
        + " positions.\n\n"
        + rows;
  }

  private String use() {
    return """
    ## Use

    ```python
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained("%s")
    model = AutoModelForSeq2SeqLM.from_pretrained("%s")
    batch = tokenizer("%s", return_tensors="pt", return_token_type_ids=False)
    print(tokenizer.decode(model.generate(**batch)[0], skip_special_tokens=True))
    ```\
    """
        .formatted(name, name, example);
  }

  private static String table(Map<String, String> rows) {
    StringBuilder table = new StringBuilder("| | |\n|---|---:|");
    rows.forEach(
        (name, value) ->
            table.append("\n| ").append(name).append(" | ").append(value).append(" |"));
    return table.toString();
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
