package org.palimpsest.cli.study;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.palimpsest.cli.report.ChartImage;

/**
 * A plot of a figure with error bars of 95 % over seeds and documents: a line for each cell where
 * the figure has an axis, otherwise a point for each.
 *
 * @param title of the plot
 * @param axis what the horizontal axis is; empty if it has the cells
 * @param cells all cells of the study, so that a cell has the same color everywhere
 * @param means what it shows
 */
record StudyChart(String title, String axis, List<String> cells, List<Mean> means) {
  private static final int WIDTH = 470;
  private static final int HEIGHT = 300;

  /** Width of a letter of the title. */
  private static final int TITLE_LETTER = 9;

  /** Height of a line of the legend below the plot. */
  private static final int LEGEND_LINE = 22;

  private static final int WIDE = 940;

  /** Characters that labels beside each other may have. */
  private static final int LABELS = 110;

  /** Height of a plot whose labels are slanted. */
  private static final int SLANTED = 420;

  /** Dark enough on white, and apart for the color-blind (Okabe and Ito, 2008). */
  private static final Color[] COLORS = {
    new Color(0x0072b2), new Color(0xd55e00), new Color(0x009e73), new Color(0xcc79a7),
    new Color(0xe69f00), new Color(0x56b4e9), new Color(0x333333), new Color(0x8b5a2b)
  };

  /** The plots that a study wants, of the figures that there are. */
  static List<StudyChart> all(StudyReport report) {
    List<StudyChart> charts = new ArrayList<>();
    List<String> cells = report.study().cells().stream().map(Cell::name).toList();
    for (String name : report.study().plots()) {
      List<Mean> means = report.means().stream().filter(mean -> mean.name().equals(name)).toList();
      Map<String, List<Mean>> lines = new LinkedHashMap<>();
      List<Mean> points = new ArrayList<>();
      for (Mean mean : means) {
        if (mean.at() == 0) {
          points.add(mean);
        } else {
          lines.computeIfAbsent(mean.of(), k -> new ArrayList<>()).add(mean);
        }
      }
      lines.forEach(
          (of, some) -> charts.add(new StudyChart(title(name, of), axis(of), cells, some)));
      if (!points.isEmpty()) {
        charts.add(new StudyChart(title(name, points), "", cells, List.copyOf(points)));
      }
    }
    return charts;
  }

  /** The legend distinguishes several kinds of points. */
  private static String title(String name, List<Mean> points) {
    List<String> kinds = points.stream().map(Mean::of).distinct().toList();
    return kinds.size() > 1 || kinds.get(0).isEmpty() ? name : title(name, kinds.get(0));
  }

  private static String title(String name, String of) {
    return of.startsWith("by ") ? name + " " + of : name + ": " + of;
  }

  private static String axis(String of) {
    int by = of.lastIndexOf("by ");
    return by >= 0 ? of.substring(by + 3) : "strength";
  }

  boolean isWide() {
    return axis.isEmpty();
  }

  /** Name of its image. */
  String file() {
    return title.replaceAll("[^\\p{L}\\p{N}]+", "-").replaceAll("-$", "") + ".png";
  }

  /** The image; empty without fonts. */
  Optional<byte[]> png() {
    return isWide()
        ? ChartImage.png(title, WIDE, isSlanted() ? SLANTED : HEIGHT, this::points)
        : ChartImage.png(title, width(), tall(), this::lines);
  }

  /** A long title would be cut. */
  private int width() {
    return Math.max(WIDTH, TITLE_LETTER * title.length());
  }

  private int tall() {
    return HEIGHT + LEGEND_LINE * shown().size();
  }

  private XYChart lines() {
    XYChart chart =
        new XYChartBuilder().width(width()).height(tall()).title(title).xAxisTitle(axis).build();
    ChartImage.style(chart.getStyler());
    chart.getStyler().setChartTitleBoxVisible(false);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Vertical);
    chart.getStyler().setXAxisDecimalPattern("#,##0.##");
    chart.getStyler().setYAxisDecimalPattern("#,##0.###");
    chart.getStyler().setErrorBarsColorSeriesColor(true);
    for (String cell : shown()) {
      List<Mean> own = means.stream().filter(mean -> mean.cell().equals(cell)).toList();
      XYSeries series =
          chart.addSeries(
              cell,
              own.stream().mapToDouble(Mean::at).toArray(),
              own.stream().mapToDouble(mean -> mean.mean().value()).toArray(),
              own.stream().mapToDouble(mean -> mean.mean().half()).toArray());
      Color ink = COLORS[cells.indexOf(cell) % COLORS.length];
      series.setLineColor(ink);
      series.setMarkerColor(ink);
      series.setMarker(SeriesMarkers.CIRCLE);
      series.setLineStyle(new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }
    return chart;
  }

  private Set<String> shown() {
    Set<String> shown = new LinkedHashSet<>();
    means.forEach(mean -> shown.add(mean.cell()));
    return shown;
  }

  /** Whether labels would not fit beside each other. */
  private boolean isSlanted() {
    return shown().stream().mapToInt(String::length).max().orElse(0) * shown().size() > LABELS;
  }

  private CategoryChart points() {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDE)
            .height(isSlanted() ? SLANTED : HEIGHT)
            .title(title)
            .build();
    ChartImage.style(chart.getStyler());
    chart.getStyler().setChartTitleBoxVisible(false);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Scatter);
    chart.getStyler().setYAxisDecimalPattern("#,##0.###");
    chart.getStyler().setXAxisLabelRotation(isSlanted() ? 30 : 0);
    Set<String> kinds = new LinkedHashSet<>();
    means.forEach(mean -> kinds.add(mean.of()));
    chart.getStyler().setLegendVisible(kinds.size() > 1);
    int color = 0;
    for (String of : kinds) {
      Map<String, Mean> own = new LinkedHashMap<>();
      means.stream().filter(one -> one.of().equals(of)).forEach(one -> own.put(one.cell(), one));
      CategorySeries series =
          chart.addSeries(
              of.isEmpty() ? title : of,
              List.copyOf(own.keySet()),
              own.values().stream().map(one -> one.mean().value()).toList(),
              own.values().stream().map(one -> one.mean().half()).toList());
      series.setMarkerColor(COLORS[color % COLORS.length]);
      series.setLineColor(COLORS[color++ % COLORS.length]);
      series.setMarker(SeriesMarkers.CIRCLE);
    }
    chart.getStyler().setErrorBarsColorSeriesColor(true);
    return chart;
  }
}
