package org.palimpsest.tasks.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;

/** Calls the REST API of an MLflow tracking server. */
final class MlflowClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int NOT_FOUND = 404;

  private final String base;
  private final Optional<String> authorization;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  /**
   * Creates a client; sends nothing.
   *
   * @param uri of the server, http or https
   * @param environment may have a token, or a user and a password, under MLflow's names
   */
  MlflowClient(String uri, Map<String, String> environment) {
    base = uri.replaceAll("/+$", "") + "/api/2.0/mlflow/";
    authorization = authorization(environment);
  }

  private static Optional<String> authorization(Map<String, String> environment) {
    String token = environment.get("MLFLOW_TRACKING_TOKEN");
    if (token != null) {
      return Optional.of("Bearer " + token);
    }
    String user = environment.get("MLFLOW_TRACKING_USERNAME");
    if (user == null) {
      return Optional.empty();
    }
    String both = user + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
    byte[] bytes = both.getBytes(StandardCharsets.UTF_8);
    return Optional.of("Basic " + Base64.getEncoder().encodeToString(bytes));
  }

  /**
   * Sends an object, and returns the answer.
   *
   * @throws PalimpsestException if the server does not accept it or cannot be reached
   */
  JsonNode post(String method, Object body) {
    try {
      byte[] bytes = JSON.writeValueAsBytes(body);
      HttpRequest.Builder request =
          request(method)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(bytes));
      return accepted(method, send(request));
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /** The experiment of that name, if there is one. */
  Optional<String> experiment(String name) {
    String method = "experiments/get-by-name";
    String query = "?experiment_name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    try {
      HttpResponse<String> answer = send(request(method + query).GET());
      return answer.statusCode() == NOT_FOUND
          ? Optional.empty()
          : Optional.of(accepted(method, answer).path("experiment").path("experiment_id").asText());
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT);
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private JsonNode accepted(String method, HttpResponse<String> answer) throws IOException {
    if (answer.statusCode() / 100 != 2) {
      throw PalimpsestException.cluster(
          "The MLflow server %s answered %s with status %d: %s"
              .formatted(
                  Secrets.redacted(base),
                  method,
                  answer.statusCode(),
                  answer.body().lines().findFirst().orElse("")));
    }
    return JSON.readTree(answer.body());
  }

  private PalimpsestException unreachable(IOException e) {
    return new PalimpsestException(
        PalimpsestException.Kind.CLUSTER,
        "The MLflow server %s cannot be reached (%s)."
            .formatted(Secrets.redacted(base), Secrets.redacted(String.valueOf(e.getMessage()))),
        e);
  }
}
