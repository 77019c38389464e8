package org.palimpsest.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ReportPageTest {
  private static final List<Report.CurvePoint> CURVE =
      IntStream.rangeClosed(1, 50)
          .mapToObj(i -> new Report.CurvePoint(i * 10L, i, i * 640L, 9.0 / i + 3))
          .toList();

  @Test
  void pageIsCompleteAndSelfContained() {
    String page = new ReportPage(report(4.5)).html();

    assertThat(page)
        .contains("<title>Palimpsest: quickstart</title>")
        .contains("<th>corrupted</th><td>model</td><td>9,000</td><td>5.000</td><td>148")
        .contains("<td>unigram</td><td>9,000</td><td>6.700</td>")
        .contains("the &lt;mask&gt; dog")
        .contains("<th>prepare</th><td>12.3 s</td><td></td>")
        .contains("<th>pretrain</th><td>250.0 s</td><td>reused</td>")
        .contains("data:image/png;base64,")
        .contains("steps = 3000")
        .contains("<dt>43.1 %</dt><dd>lazy</dd><dt>2.0e-05</dt><dd>&lt;a&gt;</dd>")
        .doesNotContain("{{")
        .doesNotContain("src=\"http")
        .doesNotContain("<script");
  }

  /** Whatever place of the template a text names, and in whatever field it stands. */
  @Test
  void aTextThatLooksLikeAPlaceOfTheTemplateStays() {
    String place = "{{settings}} {{title}} {{curve}} $1 \\\\1";
    Report plain = report(4.5);
    Report report =
        new Report(
            Report.SCHEMA_VERSION,
            place,
            plain.finished(),
            plain.steps(),
            Map.of(place, place),
            plain.model(),
            plain.training(),
            plain.curve(),
            plain.evaluation(),
            plain.evaluationFacts(),
            List.of(
                new Report.RestoredExample(
                    place, place, place, List.of(new Report.Alternative(place, 0.5)))),
            place + " secret-setting");
    String page = new ReportPage(report).html();
    assertThat(page.split(Pattern.quote(place), -1)).hasSize(1 + 2 + 2 + 4 + 1);
    assertThat(page.split("secret-setting", -1)).hasSize(2);
  }

  @Test
  void verdictComparesTheModelWithTheBaselines() {
    assertThat(report(4.5).verdict())
        .isEqualTo(
            "On corrupted positions the model's loss of 5.00 nats is below the unigram baseline"
                + " (6.70) and above the bigram baseline (4.50), which sees the true token to the"
                + " left.");
    assertThat(report(5.5).verdict()).contains("below the bigram baseline (5.50)");
  }

  @Test
  void drawsTheCurve() throws IOException {
    byte[] png = LossChart.png(CURVE).orElseThrow();
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));

    assertThat(picture.getWidth()).as("width in pixels").isGreaterThan(1000);
    assertThat(IntStream.range(0, picture.getWidth()).map(x -> darkPixels(picture, x)).sum())
        .as("pixels that are not background")
        .isGreaterThan(5000);
  }

  @Test
  void drawsNoCurveForASinglePoint() {
    assertThat(LossChart.png(CURVE.subList(0, 1))).isEmpty();
  }

  @Test
  void smoothingKeepsAConstantAndTheLength() {
    assertThat(LossChart.smoothed(new double[] {2, 2, 2, 2})).containsExactly(2, 2, 2, 2);
    assertThat(LossChart.smoothed(new double[] {0, 3, 0})).containsExactly(1.5, 1, 1.5);
  }

  private static int darkPixels(BufferedImage picture, int x) {
    int count = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      count += (picture.getRGB(x, y) & 0xff) < 0xf0 ? 1 : 0;
    }
    return count;
  }

  private static Report report(double bigram) {
    return new Report(
        Report.SCHEMA_VERSION,
        "quickstart",
        "2026-01-01T00:00:00Z",
        List.of(new Report.Step("prepare", 12.3, false), new Report.Step("pretrain", 250, true)),
        Map.of("training blocks", 35_000L),
        Map.of("parameters", 1_200_000L),
        Map.of("steps", 3000L),
        CURVE,
        List.of(
            new Report.EvaluationRow("model", "damaged", 9000, 5.0, 0.2),
            new Report.EvaluationRow("unigram", "damaged", 9000, 6.7, 0.03),
            new Report.EvaluationRow("bigram", "damaged", 9000, bigram, 0.22)),
        Map.of("loss", 3.2),
        List.of(
            new Report.RestoredExample(
                "the <mask> dog",
                "the lazy dog",
                "the lazy dog",
                List.of(
                    new Report.Alternative("lazy", 0.431), new Report.Alternative("<a>", 2e-5)))),
        "training.steps = 3000");
  }
}
