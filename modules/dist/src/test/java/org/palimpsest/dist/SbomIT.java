package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.Digests;

/** Whether the bill of materials of the assembled folder lists the jars of the folder. */
@Tag("cluster")
class SbomIT {
  /** SHA-256 by the name of the jar. */
  private final Map<String, String> listed = new TreeMap<>();

  private final Map<String, String> jars = new TreeMap<>();

  @BeforeEach
  void read() throws IOException {
    assumeFalse(
        "offline true".equals(System.getProperty("palimpsest.build")),
        "An offline build makes no sbom.json.");
    Path home = Launcher.assembledHome();
    JsonNode sbom = new ObjectMapper().readTree(home.resolve("sbom.json").toFile());
    assertThat(sbom.path("bomFormat").asText()).isEqualTo("CycloneDX");
    sbom.path("components")
        .forEach(component -> listed.put(fileName(component), sha256(component)));
    try (Stream<Path> files = Files.list(home.resolve("jars"))) {
      for (Path jar : files.toList()) {
        jars.put(jar.getFileName().toString(), Digests.sha256Hex(Files.readAllBytes(jar)));
      }
    }
  }

  private static String fileName(JsonNode component) {
    String purl = component.path("purl").asText();
    String classifier =
        purl.contains("classifier=") ? purl.replaceAll(".*classifier=([^&]*).*", "-$1") : "";
    return component.path("name").asText()
        + "-"
        + component.path("version").asText()
        + classifier
        + ".jar";
  }

  private static String sha256(JsonNode component) {
    for (JsonNode hash : component.path("hashes")) {
      if (hash.path("alg").asText().equals("SHA-256")) {
        return hash.path("content").asText();
      }
    }
    return "";
  }

  @Test
  void listsEveryJarWithItsChecksum() {
    assertThat(jars).hasSizeGreaterThan(100);
    assertThat(listed).containsAllEntriesOf(jars);
  }

  @Test
  void listsNothingElseButNativesOfOtherPlatforms() {
    List<String> foreign = List.of(System.getProperty("palimpsest.foreign-netty").split(","));
    listed.keySet().removeAll(jars.keySet());
    listed.keySet().removeIf(name -> foreign.stream().anyMatch(f -> name.endsWith(f + ".jar")));
    assertThat(listed).isEmpty();
  }

  /** SECURITY.md names what older versions lack. */
  @Test
  void containsNoLz4WithKnownVulnerabilities() {
    assertThat(jars.keySet())
        .filteredOn(name -> name.startsWith("lz4-java"))
        .containsExactly("lz4-java-1.11.2.jar");
  }
}
