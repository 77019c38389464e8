package org.palimpsest.cli.study;

import static org.palimpsest.cli.report.HtmlPage.text;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.palimpsest.cli.report.ChartImage;
import org.palimpsest.cli.report.HtmlPage;

/**
 * The page of a study, with its styles and its images.
 *
 * @param plots in display order
 */
record StudyPage(StudyReport report, List<Plot> plots) {
  /**
   * A chart and its image.
   *
   * @param png empty without fonts
   */
  record Plot(StudyChart chart, Optional<byte[]> png) {
    static Plot of(StudyChart chart) {
      return new Plot(chart, chart.png());
    }
  }

  String html() {
    return HtmlPage.fill(StudyPage.class, "study.html", this::content);
  }

  private String content(String place) {
    return switch (place) {
      case "title" -> text(report.study().text().title());
      case "question" -> text(report.study().text().question());
      case "state" -> text(state());
      case "plots" -> plots.stream().map(StudyPage::image).collect(Collectors.joining("\n"));
      case "tables" ->
          FigureTable.all(report.means()).stream()
              .map(StudyPage::table)
              .collect(Collectors.joining("\n"));
      case "cells" -> cells();
      default -> throw new IllegalStateException("The template has an unknown place: " + place);
    };
  }

  private String state() {
    return String.format(
        Locale.ROOT,
        "%d of %d cells, seeds %s, %,.0f s in all.",
        report.results().size(),
        report.study().size(),
        report.study().seeds().stream().map(String::valueOf).collect(Collectors.joining(", ")),
        report.seconds());
  }

  private static String image(Plot plot) {
    StudyChart chart = plot.chart();
    return plot.png()
        .map(
            png ->
                "<img%s src=\"%s\" alt=\"%s\">"
                    .formatted(
                        chart.isWide() ? " class=\"wide\"" : "",
                        ChartImage.address(png),
                        text(chart.title())))
        .orElse("<p>" + text(chart.title()) + ": no plot, because this Java has no fonts.</p>");
  }

  private static String table(FigureTable table) {
    String head = table.columns().stream().map(StudyPage::head).collect(Collectors.joining());
    String rows =
        table.rows().entrySet().stream()
            .map(
                row ->
                    "<tr>"
                        + head(row.getKey())
                        + row.getValue().stream()
                            .map(value -> "<td>" + text(value) + "</td>")
                            .collect(Collectors.joining())
                        + "</tr>")
            .collect(Collectors.joining("\n"));
    return "<h3>%s</h3>\n<div class=\"scroll\"><table><thead><tr><th></th>%s</tr></thead><tbody>\n%s\n</tbody></table></div>"
        .formatted(text(table.name()), head, rows);
  }

  private static String head(String text) {
    return "<th>" + text(text) + "</th>";
  }

  private String cells() {
    return report.study().cells().stream()
        .map(cell -> "<tr>" + head(cell.name()) + "<td>" + text(meaning(cell)) + "</td></tr>")
        .collect(Collectors.joining("\n"));
  }

  private static String meaning(Cell cell) {
    if (cell.baseline().isPresent()) {
      return "baseline, without training";
    }
    String set = String.join(", ", cell.set());
    return cell.then().map(then -> set + "; then " + String.join(", ", then)).orElse(set);
  }
}
