package org.palimpsest.cli.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.palimpsest.evaluation.bootstrap.SeedMean;

/**
 * The means of one kind of figure as a table. The shorter of cells and places is across.
 *
 * @param name what the figures are
 * @param columns headings
 * @param rows headings and contents, one for each column; empty where nothing was measured
 */
record FigureTable(String name, List<String> columns, Map<String, List<String>> rows) {

  /** A table for each kind of figure, in order of their first occurrence. */
  static List<FigureTable> all(List<Mean> means) {
    Map<String, List<Mean>> byName = new LinkedHashMap<>();
    means.forEach(mean -> byName.computeIfAbsent(mean.name(), k -> new ArrayList<>()).add(mean));
    return byName.entrySet().stream().map(one -> of(one.getKey(), one.getValue())).toList();
  }

  private static FigureTable of(String name, List<Mean> means) {
    Set<String> cells = new LinkedHashSet<>();
    Set<String> places = new LinkedHashSet<>();
    Map<String, SeedMean> values = new LinkedHashMap<>();
    Map<String, Integer> points = new LinkedHashMap<>();
    for (Mean mean : means) {
      // Of one figure, points may be at other places in other cells, such as seconds of training.
      int point = points.merge(mean.cell() + '\n' + mean.of(), 1, Integer::sum);
      String place = place(mean, means, point);
      cells.add(mean.cell());
      places.add(place);
      values.put(mean.cell() + '\n' + place, mean.mean());
    }
    boolean cellsAcross = cells.size() <= places.size();
    List<String> columns = List.copyOf(cellsAcross ? cells : places);
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (String row : cellsAcross ? places : cells) {
      List<String> contents = new ArrayList<>();
      for (String column : columns) {
        SeedMean found = values.get(cellsAcross ? column + '\n' + row : row + '\n' + column);
        contents.add(found == null ? "" : shown(found));
      }
      rows.put(row, contents);
    }
    return new FigureTable(name, columns, rows);
  }

  private static String place(Mean mean, List<Mean> means, int point) {
    if (mean.at() == 0) {
      return mean.of();
    }
    boolean shared =
        means.stream()
            .filter(other -> other.of().equals(mean.of()) && !other.cell().equals(mean.cell()))
            .allMatch(
                other ->
                    means.stream()
                        .anyMatch(
                            one ->
                                one.cell().equals(other.cell())
                                    && one.of().equals(mean.of())
                                    && one.at() == mean.at()));
    return shared ? (mean.of() + " " + number(mean.at())).strip() : mean.of() + ", point " + point;
  }

  /** The mean, ± over seeds, ± over documents in parentheses. */
  static String shown(SeedMean mean) {
    StringBuilder text = new StringBuilder(number(mean.value()));
    mean.seeds().ifPresent(half -> text.append(" ± ").append(number(half)));
    mean.documents().ifPresent(half -> text.append(" (± ").append(number(half)).append(')'));
    return text.toString();
  }

  /** Four significant digits below a thousand, and at most four decimals. */
  static String number(double value) {
    double size = Math.abs(value);
    if (size >= 1000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    String format = size >= 100 ? "%.1f" : size >= 10 ? "%.2f" : size >= 1 ? "%.3f" : "%.4f";
    return String.format(Locale.ROOT, format, value).replaceAll("\\.?0+$", "");
  }

  /** The table as lines of text. */
  List<String> lines() {
    int first =
        Math.max(name.length(), rows.keySet().stream().mapToInt(String::length).max().orElse(0));
    List<String> lines = new ArrayList<>();
    int[] widths = new int[columns.size()];
    for (int k = 0; k < widths.length; k++) {
      int column = k;
      widths[k] =
          Math.max(
              columns.get(k).length(),
              rows.values().stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
    }
    lines.add(line(name, columns, first, widths));
    rows.forEach((row, contents) -> lines.add(line(row, contents, first, widths)));
    return lines;
  }

  private static String line(String head, List<String> contents, int first, int[] widths) {
    StringBuilder line = new StringBuilder(pad(head, first));
    for (int k = 0; k < widths.length; k++) {
      line.append("  ").append(pad(contents.get(k), widths[k]));
    }
    return line.toString().stripTrailing();
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
