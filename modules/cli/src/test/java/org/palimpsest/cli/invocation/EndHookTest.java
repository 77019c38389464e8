package org.palimpsest.cli.invocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.config.Recipe;

@Timeout(60)
class EndHookTest {
  private static final HistoryLine LINE =
      HistoryLine.read("{\"ending\":\"finished\",\"exitCode\":0}").orElseThrow();

  @TempDir private Path folder;

  private static EndHook hook(String... settings) {
    return EndHook.of(Recipe.defaults().with(settings));
  }

  private static EndHook webhook(int port, String path) {
    return hook(
        "run.on-end.webhook=\"http://127.0.0.1:" + port + path + "\"", "run.on-end.timeout=1s");
  }

  private static EndHook shell(String script) {
    return hook("run.on-end.command=[sh, -c, \"" + script + "\"]", "run.on-end.timeout=1s");
  }

  @Test
  void isSilentUnlessSet() {
    assertThat(hook().tell(LINE)).isEmpty();
  }

  @Test
  void postsTheLineAsJson() throws IOException {
    try (WebhookServer server = new WebhookServer(204, Duration.ZERO)) {
      assertThat(webhook(server.port(), "/hooks/T0/x?y=1").tell(LINE)).isEmpty();

      assertThat(server.requests)
          .containsExactly(
              new WebhookServer.Request(
                  "POST", "/hooks/T0/x?y=1", LINE.toString(), "application/json", null));
    }
  }

  @Test
  void sendsAUserOfTheAddressAsAuthorization() throws IOException {
    try (WebhookServer server = new WebhookServer(200, Duration.ZERO)) {
      String address = "http://me:word@127.0.0.1:" + server.port() + "/";
      assertThat(hook("run.on-end.webhook=\"" + address + "\"").tell(LINE)).isEmpty();

      assertThat(server.requests)
          .singleElement()
          .extracting(WebhookServer.Request::authorization)
          .isEqualTo("Basic bWU6d29yZA==");
    }
  }

  @Test
  void saysThatAWebhookRefusedWithoutItsSecret() throws IOException {
    try (WebhookServer server = new WebhookServer(500, Duration.ZERO)) {
      assertThat(webhook(server.port(), "/hooks/hidden").tell(LINE))
          .containsExactly(
              "The webhook of run.on-end at 127.0.0.1 answered with status 500: check"
                  + " run.on-end.webhook.");
    }
  }

  @Test
  void doesNotWaitForASlowWebhook() throws IOException {
    try (WebhookServer server = new WebhookServer(200, Duration.ofSeconds(50))) {
      assertThat(webhook(server.port(), "/hooks/hidden").tell(LINE))
          .containsExactly(
              "The webhook of run.on-end at 127.0.0.1 cannot be reached within 1 s"
                  + " (HttpTimeoutException): check run.on-end.webhook.");
    }
  }

  @Test
  void saysThatNothingListens() throws IOException {
    int port;
    try (WebhookServer server = new WebhookServer(200, Duration.ZERO)) {
      port = server.port();
    }
    assertThat(webhook(port, "/hooks/hidden").tell(LINE))
        .containsExactly(
            "The webhook of run.on-end at 127.0.0.1 cannot be reached within 1 s"
                + " (ConnectException): check run.on-end.webhook.");
  }

  @Test
  void refusesWhatIsNoAddressWithoutShowingIt() {
    assertThatThrownBy(() -> hook("run.on-end.webhook=\"slack:hidden word\""))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "run.on-end.webhook is not an address of the web: set it to http://… or https://….");
  }

  @Test
  void isRedactedInThePrintedRecipe() {
    assertThat(Recipe.defaults().with("run.on-end.webhook=\"https://h/hidden\"").resolved())
        .contains("webhook=\"(redacted)\"")
        .doesNotContain("hidden");
  }

  @Test
  void givesTheLineToACommand() {
    Path file = folder.resolve("got");
    assertThat(shell("cat >" + file).tell(LINE)).isEmpty();
    assertThat(file).hasContent(LINE + "\n");
  }

  @Test
  void acceptsACommandThatDoesNotRead() {
    assertThat(shell("true").tell(LINE)).isEmpty();
  }

  @Test
  void saysHowACommandFailed() {
    assertThat(shell("echo no mail server; exit 3").tell(LINE))
        .containsExactly("The command of run.on-end ended with code 3: no mail server.");
  }

  @Test
  void killsACommandThatDoesNotEnd() {
    assertThat(shell("sleep 50 & sleep 50").tell(LINE))
        .containsExactly(
            "The command of run.on-end did not end within 1 s and was killed: raise"
                + " run.on-end.timeout.");
  }

  @Test
  void saysThatACommandIsMissing() {
    assertThat(hook("run.on-end.command=[no-such-program]").tell(LINE))
        .singleElement()
        .asString()
        .startsWith("run.on-end failed: ")
        .contains("no-such-program");
  }

  @Test
  void triesTheCommandAfterTheWebhookFailed() {
    Path file = folder.resolve("got");
    EndHook hook =
        new EndHook(
            webhook(1, "/").webhook(), List.of("touch", file.toString()), Duration.ofSeconds(5));
    assertThat(hook.tell(LINE)).hasSize(1);
    assertThat(file).exists();
  }
}
