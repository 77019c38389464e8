package org.palimpsest.training.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.ConfigRenderOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;

class ForeignConfigTest {
  private static void assertRefused(String text, String why) {
    assertThatThrownBy(() -> ForeignConfig.parse(text, "/c/recipe.conf"))
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.INPUT))
        .hasMessage(
            "/c/recipe.conf is not a recorded configuration: it "
                + why
                + "; use another checkpoint.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"FILE\"",
        "file(\"FILE\")",
        "required(file(\"FILE\"))",
        "required(\"FILE\")",
        "url(\"file:FILE\")"
      })
  void refusesIncludedFiles(String include, @TempDir Path folder) throws IOException {
    Path other = Files.writeString(folder.resolve("other.conf"), "seed = 7");
    String text = "include " + include.replace("FILE", other.toString());
    String named = include.contains("url") ? "file:" + other : other.toString();
    assertRefused(text, "includes '" + named + "'");
  }

  @Test
  void refusesAnIncludedResource() {
    assertRefused("include classpath(\"reference.conf\")", "includes 'reference.conf'");
  }

  @Test
  void refusesAnIncludeInsideASection() {
    assertRefused("model { include \"reference.conf\" }", "includes 'reference.conf'");
  }

  @Test
  void doesNotFetchAnAddress() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try {
      String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/x.conf";
      assertRefused("include url(\"" + address + "\")", "includes '" + address + "'");
      assertThat(requests).hasValue(0);
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = ${HOME}",
        "a = ${?HOME}",
        "a = ${java.home}",
        "a = x${PATH}y",
        "a = 1, b = ${a}",
        "a = [1], a += 2"
      })
  void refusesReferences(String text) {
    assertRefused(text, "refers to other values with ${…} or +=");
  }

  @Test
  void keepsAQuotedReferenceAsText() {
    assertThat(ForeignConfig.parse("a = \"${HOME}\"", "f").getString("a")).isEqualTo("${HOME}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a = {", "a = [1", "= 3", "\"\"\"", "{}}", "a = ${"})
  void refusesInvalidText(String text) {
    assertRefused(text, "is not valid HOCON");
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 1000, 1_000_000})
  void refusesDeepText(int levels) {
    assertRefused("a = " + "[".repeat(levels) + "]".repeat(levels), "has more than 64 levels");
  }

  @Test
  void refusesLongText() {
    assertRefused("a = 1\n".repeat(1 << 20), "has more than 4194304 characters");
  }

  @Test
  void readsWhatARecipeRecords() {
    String text = Recipe.defaults().resolved();
    assertThat(
            ForeignConfig.parse(text, "f")
                .root()
                .render(ConfigRenderOptions.concise().setFormatted(true).setJson(false)))
        .isEqualTo(text);
  }
}
