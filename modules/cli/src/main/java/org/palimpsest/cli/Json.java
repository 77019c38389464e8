package org.palimpsest.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** JSON as commands print it: one object per line. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** The object on one line; names with spaces or hyphens become camelCase. */
  static String line(Map<String, ?> object) {
    Map<String, Object> renamed = new LinkedHashMap<>();
    object.forEach((name, value) -> renamed.put(camelCase(name), value));
    return value(renamed);
  }

  /** A record on one line. */
  static String value(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static String camelCase(String name) {
    StringBuilder result = new StringBuilder();
    for (String word : name.split("[^A-Za-z0-9]+", -1)) {
      result.append(
          result.isEmpty()
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return result.toString();
  }
}
