package org.palimpsest.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The params of all stages, as {@code params.json} lists them: the one place from which the stages,
 * the reference page and the Python package have them.
 */
final class ParamTable {
  private static final String RESOURCE = "params.json";

  private ParamTable() {}

  /** Types of values that Spark ML can store and that Spark Connect can send. */
  enum Type {
    STRING,
    LONG,
    DOUBLE,
    STRINGS
  }

  /**
   * A param.
   *
   * @param key the key of a recipe that it sets; empty if there is none
   * @param defaultValue the value if it is not set; empty if that is the business of the recipe
   */
  record Entry(
      String name, Optional<String> key, Type type, String doc, Optional<Object> defaultValue) {}

  /** The params of a stage, in the order of the reference page. */
  static List<Entry> of(String stage) {
    List<Entry> entries = new ArrayList<>();
    for (JsonNode node : all().path(stage)) {
      entries.add(entry(node));
    }
    if (entries.isEmpty()) {
      throw new IllegalStateException(RESOURCE + " has no params of " + stage);
    }
    return entries;
  }

  private static JsonNode all() {
    try (InputStream in = ParamTable.class.getResourceAsStream(RESOURCE)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Entry entry(JsonNode node) {
    Type type = Type.valueOf(node.path("type").asText().toUpperCase(Locale.ROOT));
    return new Entry(
        node.path("name").asText(),
        Optional.ofNullable(node.path("key").textValue()),
        type,
        node.path("doc").asText(),
        node.has("default") ? Optional.of(value(type, node.path("default"))) : Optional.empty());
  }

  private static Object value(Type type, JsonNode node) {
    return switch (type) {
      case LONG -> node.asLong();
      case DOUBLE -> node.asDouble();
      case STRING, STRINGS -> node.asText();
    };
  }
}
