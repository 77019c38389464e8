package org.palimpsest.cli.invocation;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.base.Section;
import org.palimpsest.training.config.Recipe;

/**
 * Tells others how an invocation ended: {@code run.on-end}. A webhook gets the line of the history
 * as the body of a POST, a program gets it on its standard input. Addresses of webhooks are secrets
 * as a whole, because their paths often are.
 *
 * @param webhook where the line is posted
 * @param command a program and its arguments; empty for none
 * @param timeout longest time for each
 */
record EndHook(Optional<URI> webhook, List<String> command, Duration timeout) {
  private static final String WEBHOOK = "run.on-end.webhook";
  private static final int LONGEST_OUTPUT = 200;

  /**
   * Reads the setting.
   *
   * @throws PalimpsestException of kind CONFIGURATION if the webhook is no address of the web
   */
  static EndHook of(Recipe recipe) {
    Section section = new Section("run.on-end", recipe.config().getConfig("run.on-end"));
    return new EndHook(
        section.optionalText("webhook").map(EndHook::address),
        section.texts("command"),
        section.duration("timeout"));
  }

  private static URI address(String text) {
    try {
      URI uri = new URI(text);
      if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // The exception shows the address, which is secret.
    }
    throw PalimpsestException.configuration(
        WEBHOOK + " is not an address of the web: set it to http://… or https://….");
  }

  /**
   * Tells all who want to know, one after the other.
   *
   * @return a sentence for each that could not be told
   */
  List<String> tell(HistoryLine line) {
    return List.of(
            webhook.flatMap(uri -> trouble(() -> post(uri, line.toString()))),
            command.isEmpty() ? Optional.<String>empty() : trouble(() -> start(line.toString())))
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /** What may fail; returns what is wrong, if something is. */
  private interface Call {
    Optional<String> run() throws IOException, InterruptedException;
  }

  private static Optional<String> trouble(Call call) {
    try {
      return call.run().map(Secrets::redacted);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("run.on-end was interrupted, so not all were told about the end.");
    } catch (IOException | RuntimeException e) {
      return Optional.of("run.on-end failed: " + Secrets.redacted(String.valueOf(e)) + ".");
    }
  }

  private Optional<String> post(URI uri, String body) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(withoutUser(uri))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    Optional.ofNullable(uri.getUserInfo())
        .map(user -> Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)))
        .ifPresent(user -> request.header("Authorization", "Basic " + user));
    try {
      int status =
          HttpClient.newBuilder()
              .connectTimeout(timeout)
              .build()
              .send(request.build(), HttpResponse.BodyHandlers.discarding())
              .statusCode();
      return status / 100 == 2
          ? Optional.empty()
          : Optional.of(
              "The webhook of run.on-end at %s answered with status %d: check %s."
                  .formatted(uri.getHost(), status, WEBHOOK));
    } catch (IOException e) {
      return Optional.of(
          "The webhook of run.on-end at %s cannot be reached within %d s (%s): check %s."
              .formatted(
                  uri.getHost(), timeout.toSeconds(), e.getClass().getSimpleName(), WEBHOOK));
    }
  }

  private static URI withoutUser(URI uri) {
    String user = uri.getRawUserInfo();
    return user == null ? uri : URI.create(uri.toString().replace(user + "@", ""));
  }

  private Optional<String> start(String input) throws IOException, InterruptedException {
    Path output = Files.createTempFile("palimpsest-on-end", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      // A program that does not read must not hold up this thread.
      Thread unused = DaemonThreads.start("palimpsest-on-end", () -> write(input, process));
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return Optional.of(
            "The command of run.on-end did not end within %d s and was killed: raise run.on-end.timeout."
                .formatted(timeout.toSeconds()));
      }
      return process.exitValue() == 0
          ? Optional.empty()
          : Optional.of(
              "The command of run.on-end ended with code %d%s."
                  .formatted(process.exitValue(), lastLine(output)));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static void write(String input, Process process) {
    try (OutputStream in = process.getOutputStream()) {
      in.write((input + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended without reading, which is its right.
    }
  }

  private static String lastLine(Path output) throws IOException {
    String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    String last = text.lines().filter(line -> !line.isBlank()).reduce("", (a, b) -> b).strip();
    return last.isEmpty() ? "" : ": " + last.substring(0, Math.min(LONGEST_OUTPUT, last.length()));
  }
}
