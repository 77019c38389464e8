package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.run.Run;

/** The Prometheus page of the driver's UI, with {@code conf/metrics.properties}. */
@Tag("cluster")
class MetricsIT {
  private static final String SOURCE = "plugin_org_palimpsest_training_PalimpsestPlugin_";

  @TempDir private Path folder;

  @Test
  void exposesRunAndReplicasToPrometheus() throws IOException, InterruptedException {
    Path properties = Launcher.assembledHome().resolve("conf/metrics.properties");
    Map<String, String> settings =
        Map.of("spark.ui.port", "0", "spark.metrics.conf", properties.toString());
    try (InProcess session = new InProcess("local[2]", settings)) {
      Recipe recipe =
          Recipe.defaults()
              .with(
                  "run.directory=" + folder.resolve("run"),
                  "training.steps=3",
                  "training.workers=2",
                  "optimizer.kind=sgd",
                  "schedule.kind=constant",
                  "schedule.peak=0.1");
      Run.of(
              recipe,
              session.session(),
              new UnequalWorkload(folder.toString()),
              Map.of(),
              RunListener.none())
          .train();

      String page = get(session.session().sparkContext().uiWebUrl().get() + "/metrics/prometheus/");

      assertThat(value(page, "run_step_Value")).isEqualTo(3);
      assertThat(value(page, "run_loss_Value")).isPositive();
      assertThat(value(page, "worker_steps_Count")).isGreaterThanOrEqualTo(6);
      assertThat(value(page, "worker_bytesSent_Count")).isPositive();
    }
  }

  private static String get(String url) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  private static double value(String page, String metric) {
    Pattern line = Pattern.compile(SOURCE + metric + "\\{[^}]*} (\\S+)");
    Matcher matcher = line.matcher(page);
    assertThat(matcher.find()).as(metric + " in\n" + page).isTrue();
    return Double.parseDouble(matcher.group(1));
  }
}
