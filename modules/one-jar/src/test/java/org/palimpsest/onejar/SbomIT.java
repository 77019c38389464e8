package org.palimpsest.onejar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whether the bill of materials in the one jar lists what the jar contains. */
@Tag("cluster")
class SbomIT {
  /** ND4J's own copies, which SECURITY.md names: no bill of materials can list them. */
  private static final Set<String> COPIES =
      Set.of(
          "com.fasterxml.jackson.core",
          "com.fasterxml.jackson.dataformat",
          "com.fasterxml.jackson.datatype",
          "com.fasterxml.woodstox",
          "com.google.code.findbugs",
          "com.google.errorprone",
          "com.google.guava",
          "com.google.j2objc",
          "com.google.protobuf",
          "org.codehaus.woodstox",
          "org.yaml");

  @Test
  void listsWhatTheJarContains() throws IOException {
    assumeFalse(
        "offline true".equals(System.getProperty("palimpsest.build")),
        "An offline build makes no sbom.json.");
    Set<String> listed = new TreeSet<>();
    Set<String> contained = new TreeSet<>();
    try (JarFile jar = new JarFile(System.getProperty("palimpsest.one-jar"))) {
      JsonNode sbom =
          new ObjectMapper().readTree(jar.getInputStream(jar.getEntry("META-INF/sbom.json")));
      sbom.path("components")
          .forEach(
              part ->
                  listed.add(
                      part.path("group").asText()
                          + ":"
                          + part.path("name").asText()
                          + ":"
                          + part.path("version").asText()));
      for (ZipEntry entry : Collections.list(jar.entries())) {
        if (entry.getName().matches("META-INF/maven/.*/pom\\.properties")) {
          contained.add(coordinates(jar.getInputStream(entry)));
        }
      }
    }
    contained.removeIf(part -> part.startsWith("org.palimpsest:palimpsest-one-jar:"));
    assertThat(contained).hasSizeGreaterThan(20);
    contained.removeAll(listed);
    contained.removeIf(part -> part.startsWith("com.ibm.icu:")); // Parts of icu4j.
    assertThat(contained).allMatch(part -> COPIES.contains(part.replaceFirst(":.*", "")));
  }

  private static String coordinates(InputStream file) throws IOException {
    Properties properties = new Properties();
    properties.load(file);
    return properties.getProperty("groupId")
        + ":"
        + properties.getProperty("artifactId")
        + ":"
        + properties.getProperty("version");
  }
}
