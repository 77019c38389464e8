package org.palimpsest.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Draws the loss curve. */
final class LossChart {
  private static final Logger LOG = LoggerFactory.getLogger(LossChart.class);
  private static final int WIDTH = 940;
  private static final int HEIGHT = 380;

  /** Pixels per point, for screens of a higher resolution than XChart assumes. */
  private static final int SCALE = 2;

  private static final Color LINE = new Color(0x1f5fa8);
  private static final Color POINTS = new Color(0xb9cfe6);
  private static final Color GRID = new Color(0xe4e4e4);
  private static final Color TEXT = new Color(0x333333);

  private LossChart() {}

  /**
   * The curve as a PNG; empty if it has fewer than two points, or if this Java cannot draw text
   * because the machine has no fonts.
   */
  static Optional<byte[]> png(List<Report.CurvePoint> curve) {
    if (curve.size() < 2) {
      return Optional.empty();
    }
    try {
      return Optional.of(encode(chart(curve)));
    } catch (LinkageError | InternalError | RuntimeException e) {
      LOG.warn(
          "The loss curve was not drawn because this Java has no fonts ({}): install fontconfig and"
              + " a font.",
          e.toString());
      return Optional.empty();
    }
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
    Font small = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1f));
    styler.setAxisTickLabelsFont(small);
    styler.setAxisTitleFont(small);
    styler.setLegendFont(small);
    styler.setAxisTickLabelsColor(TEXT);
    styler.setChartFontColor(TEXT);
    styler.setLegendPosition(Styler.LegendPosition.InsideNE);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setXAxisDecimalPattern("#,##0");
    styler.setYAxisDecimalPattern("0.0");
    styler.setXAxisMin(0.0);
    styler.setXAxisTickMarkSpacingHint(200);
    styler.setAntiAlias(true);
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

  private static byte[] encode(XYChart chart) {
    BufferedImage image =
        new BufferedImage(WIDTH * SCALE, HEIGHT * SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(SCALE, SCALE);
    chart.paint(graphics, WIDTH, HEIGHT);
    graphics.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
