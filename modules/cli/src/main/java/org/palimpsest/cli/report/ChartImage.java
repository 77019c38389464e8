package org.palimpsest.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Charts as images for pages. */
public final class ChartImage {
  private static final Logger LOG = LoggerFactory.getLogger(ChartImage.class);

  /** Pixels per point, for screens of a higher resolution than XChart assumes. */
  private static final int SCALE = 2;

  private static final Color GRID = new Color(0xe4e4e4);
  private static final Color TEXT = new Color(0x333333);

  private ChartImage() {}

  /** Sets the colors and fonts that all charts share. */
  public static void style(AxesChartStyler styler) {
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
    styler.setLegendBorderColor(Color.WHITE);
    styler.setAntiAlias(true);
  }

  /**
   * A chart as a PNG; empty if this Java cannot draw text because the machine has no fonts.
   *
   * @param what it shows, for the warning
   */
  public static Optional<byte[]> png(
      String what, int width, int height, Supplier<? extends Chart<?, ?>> chart) {
    try {
      return Optional.of(encode(chart.get(), width, height));
    } catch (LinkageError | InternalError | RuntimeException e) {
      LOG.warn(
          "{} was not drawn because this Java has no fonts ({}): install fontconfig and a font.",
          what,
          e.toString());
      return Optional.empty();
    }
  }

  private static byte[] encode(Chart<?, ?> chart, int width, int height) {
    BufferedImage image =
        new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(SCALE, SCALE);
    chart.paint(graphics, width, height);
    graphics.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** An image as the address that a page contains. */
  public static String address(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }
}
