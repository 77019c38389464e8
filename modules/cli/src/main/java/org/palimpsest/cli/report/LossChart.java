package org.palimpsest.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.Optional;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the loss curve. */
final class LossChart {
  private static final int WIDTH = 940;
  private static final int HEIGHT = 380;

  private static final Color LINE = new Color(0x1f5fa8);
  private static final Color POINTS = new Color(0xb9cfe6);

  private LossChart() {}

  /**
   * The curve as a PNG; empty if it has fewer than two points, or if this Java cannot draw text
   * because the machine has no fonts.
   */
  static Optional<byte[]> png(List<Report.CurvePoint> curve) {
    if (curve.size() < 2) {
      return Optional.empty();
    }
    return ChartImage.png("The loss curve", WIDTH, HEIGHT, () -> chart(curve));
  }

  private static XYChart chart(List<Report.CurvePoint> curve) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("step")
            .yAxisTitle("nats per target token")
            .build();
    style(chart.getStyler());
    double[] steps = curve.stream().mapToDouble(Report.CurvePoint::step).toArray();
    double[] losses = curve.stream().mapToDouble(Report.CurvePoint::loss).toArray();
    addSeries(chart, "per round", steps, losses, POINTS, 1f);
    addSeries(chart, "smoothed", steps, smoothed(losses), LINE, 2.5f);
    return chart;
  }

  private static void addSeries(
      XYChart chart, String name, double[] x, double[] y, Color color, float width) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
  }

  private static void style(XYStyler styler) {
    ChartImage.style(styler);
    styler.setLegendPosition(Styler.LegendPosition.InsideNE);
    styler.setXAxisDecimalPattern("#,##0");
    styler.setYAxisDecimalPattern("0.0");
    styler.setXAxisMin(0.0);
    styler.setXAxisTickMarkSpacingHint(200);
  }

  /** A centered moving mean over 1/40 of the curve. */
  static double[] smoothed(double[] values) {
    int radius = Math.max(1, values.length / 80);
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int from = Math.max(0, i - radius);
      int to = Math.min(values.length, i + radius + 1);
      double sum = 0;
      for (int j = from; j < to; j++) {
        sum += values[j];
      }
      result[i] = sum / (to - from);
    }
    return result;
  }
}
