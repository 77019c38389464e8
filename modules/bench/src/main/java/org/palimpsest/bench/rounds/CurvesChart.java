package org.palimpsest.bench.rounds;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** Draws two charts: held-out loss by step, and by exchanged bytes. */
final class CurvesChart {
  private static final int WIDTH = 940;
  private static final int HEIGHT = 420;
  private static final double MEGABYTE = 1e6;

  private CurvesChart() {}

  static void write(Curves curves, Path png) throws IOException {
    XYChart bySteps = chart(curves, "step", Curves.Point::step);
    XYChart byBytes = chart(curves, "megabytes exchanged", point -> point.bytes() / MEGABYTE);
    byBytes.getStyler().setXAxisLogarithmic(true);
    BitmapEncoder.saveBitmap(
        List.of(bySteps, byBytes), 2, 1, png.toString(), BitmapEncoder.BitmapFormat.PNG);
  }

  private static XYChart chart(Curves curves, String axis, ToDoubleFunction<Curves.Point> place) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle(axis)
            .yAxisTitle("held-out loss, nats")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setMarkerSize(5);
    curves
        .byName()
        .forEach(
            (name, points) -> {
              double[] x = points.stream().mapToDouble(place).toArray();
              double[] y = points.stream().mapToDouble(Curves.Point::loss).toArray();
              chart.addSeries(name, x, y).setLineStyle(new BasicStroke(1.5f));
            });
    return chart;
  }
}
