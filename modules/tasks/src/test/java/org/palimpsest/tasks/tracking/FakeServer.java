package org.palimpsest.tasks.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers as an MLflow server does, and remembers what it was sent. */
final class FakeServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  final List<Request> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile int status = 200;

  record Request(String method, JsonNode body, String authorization) {}

  FakeServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/2.0/mlflow/", this::answer);
    server.start();
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on it answers everything with this status. */
  void failWith(int code) {
    status = code;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestURI().getPath().substring("/api/2.0/mlflow/".length());
    byte[] body = exchange.getRequestBody().readAllBytes();
    requests.add(
        new Request(
            method,
            JSON.readTree(body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body),
            exchange.getRequestHeaders().getFirst("Authorization")));
    int code = status == 200 && method.equals("experiments/get-by-name") ? 404 : status;
    byte[] answer = JSON.writeValueAsBytes(code == 200 ? content(method) : Map.of());
    exchange.sendResponseHeaders(code, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private static Map<String, ?> content(String method) {
    return switch (method) {
      case "experiments/create" -> Map.of("experiment_id", "7");
      case "runs/create" -> Map.of("run", Map.of("info", Map.of("run_id", "r1")));
      default -> Map.of();
    };
  }

  List<JsonNode> bodies(String method) {
    return requests.stream().filter(r -> r.method().equals(method)).map(Request::body).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
