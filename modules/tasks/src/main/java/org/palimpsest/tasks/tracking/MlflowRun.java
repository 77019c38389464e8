package org.palimpsest.tasks.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.palimpsest.storage.StoredFolder;

/**
 * A run on an MLflow server, which the folder of our run remembers, so that one that continues is
 * the same run there.
 */
final class MlflowRun {
  static final String FILE = "mlflow.json";
  private static final String DEFAULT_EXPERIMENT = "Palimpsest";

  /** Limits of the server for one request. */
  private static final int PARAMS = 100;

  static final int METRICS = 1000;

  private final MlflowClient client;
  private final String id;

  private MlflowRun(MlflowClient client, String id) {
    this.client = client;
    this.id = id;
  }

  /** A measurement. */
  record Metric(String key, double value, long timestamp, long step) {}

  /** What the folder remembers. */
  private record Remembered(String trackingUri, String experimentId, String runId) {}

  /**
   * Goes on with the run that the environment or the folder names, or creates one.
   *
   * @param params of a run that is created; the server keeps their first values
   */
  static MlflowRun open(
      MlflowClient client,
      Map<String, String> environment,
      StoredFolder folder,
      Map<String, String> params) {
    String uri = environment.get(Mlflow.URI);
    Optional<String> known =
        Optional.ofNullable(environment.get("MLFLOW_RUN_ID")).or(() -> remembered(folder, uri));
    if (known.isPresent()) {
      MlflowRun run = new MlflowRun(client, known.get());
      run.update("RUNNING");
      return run;
    }
    String experiment = experiment(client, environment);
    MlflowRun run = create(client, experiment, folder);
    folder.replaceJson(FILE, new Remembered(uri, experiment, run.id));
    run.logParams(params);
    return run;
  }

  private static Optional<String> remembered(StoredFolder folder, String uri) {
    if (!folder.exists(FILE)) {
      return Optional.empty();
    }
    JsonNode file = folder.readJson(FILE);
    return file.path("trackingUri").asText().equals(uri)
        ? Optional.of(file.path("runId").asText())
        : Optional.empty();
  }

  private static String experiment(MlflowClient client, Map<String, String> environment) {
    String named = environment.get("MLFLOW_EXPERIMENT_ID");
    if (named != null) {
      return named;
    }
    String name = environment.getOrDefault("MLFLOW_EXPERIMENT_NAME", DEFAULT_EXPERIMENT);
    return client
        .experiment(name)
        .orElseGet(
            () ->
                client
                    .post("experiments/create", Map.of("name", name))
                    .path("experiment_id")
                    .asText());
  }

  private static MlflowRun create(MlflowClient client, String experiment, StoredFolder folder) {
    Map<String, Object> request =
        Map.of(
            "experiment_id",
            experiment,
            "run_name",
            folder.path().getName(),
            "start_time",
            System.currentTimeMillis(),
            "tags",
            List.of(Map.of("key", "palimpsest.run", "value", folder.path().toString())));
    JsonNode run = client.post("runs/create", request).path("run").path("info").path("run_id");
    return new MlflowRun(client, run.asText());
  }

  private void logParams(Map<String, String> params) {
    List<Map<String, String>> all = new ArrayList<>();
    params.forEach((key, value) -> all.add(Map.of("key", key, "value", value)));
    for (int from = 0; from < all.size(); from += PARAMS) {
      logBatch("params", all.subList(from, Math.min(all.size(), from + PARAMS)));
    }
  }

  /** Adds measurements, at most {@link #METRICS}. */
  void log(List<Metric> metrics) {
    logBatch("metrics", metrics);
  }

  private void logBatch(String kind, List<?> items) {
    if (!items.isEmpty()) {
      JsonNode unused = client.post("runs/log-batch", Map.of("run_id", id, kind, items));
    }
  }

  /** Sets the status; an end has the present time. */
  void update(String status) {
    Map<String, Object> request = new HashMap<>(Map.of("run_id", id, "status", status));
    if (!status.equals("RUNNING")) {
      request.put("end_time", System.currentTimeMillis());
    }
    JsonNode unused = client.post("runs/update", request);
  }
}
