package org.palimpsest.cli.report;

import static org.palimpsest.cli.report.HtmlPage.text;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The report as one HTML page that contains its styles and its image. */
final class ReportPage {
  private final Report report;

  ReportPage(Report report) {
    this.report = report;
  }

  String html() {
    return HtmlPage.fill(ReportPage.class, "report.html", this::content);
  }

  private String content(String place) {
    return switch (place) {
      case "title" -> text(report.run());
      case "finished" -> text(report.finished());
      case "verdict" -> text(report.verdict());
      case "evaluation" -> evaluation();
      case "facts" -> facts(report.evaluationFacts());
      case "curve" -> curve();
      case "examples" -> examples();
      case "steps" -> steps();
      case "training" -> facts(report.training());
      case "model" -> facts(report.model());
      case "corpus" -> facts(report.corpus());
      case "settings" -> text(report.settings());
      default -> throw new IllegalStateException("The template has an unknown place: " + place);
    };
  }

  private String curve() {
    return LossChart.png(report.curve())
        .map(
            png ->
                "<img src=\""
                    + ChartImage.address(png)
                    + "\" alt=\"Training loss over global steps, falling from "
                    + number(report.curve().get(0).loss())
                    + " to "
                    + number(report.curve().get(report.curve().size() - 1).loss())
                    + " nats\">")
        .orElse("<p>No curve: the run has too few rounds, or this Java has no fonts.</p>");
  }

  private String evaluation() {
    return report.evaluation().stream()
        .map(
            row ->
                "<tr class=\"%s-%s\"><th>%s</th><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
                    .formatted(
                        text(row.where()),
                        text(row.name()),
                        text(row.label()),
                        text(row.name()),
                        shown(row.positions()),
                        number(row.loss()),
                        number(Math.exp(row.loss())),
                        percent(row.accuracy())))
        .collect(Collectors.joining("\n"));
  }

  private String examples() {
    return report.examples().stream()
        .map(
            example ->
                "<dl><dt>corrupted</dt><dd class=\"damaged\">%s</dd><dt>restored</dt><dd>%s</dd><dt>original</dt><dd class=\"original\">%s</dd>%s</dl>"
                    .formatted(
                        text(example.damaged()),
                        text(example.restored()),
                        text(example.original()),
                        alternatives(example.alternatives())))
        .collect(Collectors.joining("\n"));
  }

  private static String alternatives(List<Report.Alternative> alternatives) {
    return alternatives.stream()
        .map(
            other ->
                "<dt>%s</dt><dd>%s</dd>"
                    .formatted(shortPercent(other.probability()), text(other.text())))
        .collect(Collectors.joining());
  }

  private static String shortPercent(double share) {
    return String.format(
        Locale.ROOT, share < 0.001 ? "%.2g" : "%.1f %%", share < 0.001 ? share : share * 100);
  }

  private String steps() {
    List<Report.Step> steps = report.steps();
    double total = steps.stream().mapToDouble(Report.Step::seconds).sum();
    String rows =
        steps.stream()
            .map(
                step ->
                    "<tr><th>%s</th><td>%s</td><td>%s</td></tr>"
                        .formatted(
                            text(step.name()),
                            seconds(step.seconds()),
                            step.reused() ? "reused" : ""))
            .collect(Collectors.joining("\n"));
    return rows
        + "<tr class=\"total\"><th>total</th><td>%s</td><td></td></tr>".formatted(seconds(total));
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f s", seconds);
  }

  private static String facts(Map<String, Object> facts) {
    return facts.entrySet().stream()
        .map(
            fact ->
                "<tr><th>%s</th><td>%s</td></tr>"
                    .formatted(text(fact.getKey()), text(shown(fact.getValue()))))
        .collect(Collectors.joining("\n"));
  }

  private static String shown(Object value) {
    if (value instanceof Long || value instanceof Integer) {
      return String.format(Locale.ROOT, "%,d", ((Number) value).longValue());
    }
    return value instanceof Double real ? number(real) : String.valueOf(value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.3f" : "%,.0f", value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * 100);
  }
}
