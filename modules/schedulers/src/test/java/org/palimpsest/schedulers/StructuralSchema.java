package org.palimpsest.schedulers;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compares an object with an OpenAPI schema: types, enums, required and unknown fields. That is
 * what an API server with strict validation refuses.
 *
 * @param definitions where references point to
 */
record StructuralSchema(JsonNode definitions) {

  /** What is wrong, one line for each; empty if nothing is. */
  List<String> faults(JsonNode schema, JsonNode value) {
    List<String> faults = new ArrayList<>();
    check(schema, value, "", faults);
    return faults;
  }

  private void check(JsonNode given, JsonNode value, String path, List<String> faults) {
    JsonNode schema = resolved(given);
    if (schema.path("x-kubernetes-int-or-string").asBoolean()
        || schema.path("format").asText().equals("int-or-string")) {
      expect(value.isInt() || value.isTextual(), path + " is no number and no text", faults);
      return;
    }
    if (schema.has("oneOf") && !schema.has("properties")) {
      return; // Quantities: a number or a text.
    }
    schema
        .path("enum")
        .forEach(unused -> expect(isListed(schema, value), path + " is not listed", faults));
    switch (schema.path("type").asText(schema.has("properties") ? "object" : "any")) {
      case "object" -> checkObject(schema, value, path, faults);
      case "array" -> {
        expect(value.isArray(), path + " is no list", faults);
        int index = 0;
        for (JsonNode item : value) {
          check(schema.path("items"), item, path + "[" + index++ + "]", faults);
        }
      }
      case "string" -> expect(value.isTextual(), path + " is no text", faults);
      case "integer" -> expect(value.isIntegralNumber(), path + " is no whole number", faults);
      case "number" -> expect(value.isNumber(), path + " is no number", faults);
      case "boolean" -> expect(value.isBoolean(), path + " is neither true nor false", faults);
      default -> {}
    }
  }

  private void checkObject(JsonNode schema, JsonNode value, String path, List<String> faults) {
    expect(value.isObject(), path + " is no object", faults);
    for (JsonNode required : schema.path("required")) {
      expect(value.has(required.asText()), path + "." + required.asText() + " is missing", faults);
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      String inner = path + "." + field.getKey();
      JsonNode known = schema.path("properties").path(field.getKey());
      if (!known.isMissingNode()) {
        check(known, field.getValue(), inner, faults);
      } else if (schema.path("additionalProperties").isObject()) {
        check(schema.path("additionalProperties"), field.getValue(), inner, faults);
      } else {
        expect(!schema.has("properties"), inner + " is not known", faults);
      }
    }
  }

  private JsonNode resolved(JsonNode schema) {
    JsonNode only = schema.path("allOf").size() == 1 ? schema.path("allOf").get(0) : schema;
    String reference = only.path("$ref").asText();
    return reference.isEmpty()
        ? only
        : resolved(definitions.path(reference.substring(reference.lastIndexOf('/') + 1)));
  }

  private static boolean isListed(JsonNode schema, JsonNode value) {
    for (JsonNode listed : schema.path("enum")) {
      if (listed.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static void expect(boolean holds, String fault, List<String> faults) {
    if (!holds && !faults.contains(fault)) {
      faults.add(fault);
    }
  }
}
