package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import org.palimpsest.base.PalimpsestException;

/**
 * The content of a foreign {@code config.json}, read so that each refusal names the folder and the
 * key.
 *
 * @param folder how messages call the folder
 */
record ConfigJson(JsonNode tree, String folder) {

  String text(String key, String otherwise) {
    return tree.path(key).asText(otherwise);
  }

  /** A whole number that must be there. */
  int whole(String key) {
    JsonNode value = tree.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw refused("its config.json lacks " + key);
    }
    return value.asInt();
  }

  int whole(String key, int otherwise) {
    return tree.hasNonNull(key) ? whole(key) : otherwise;
  }

  double number(String key, double otherwise) {
    return tree.path(key).asDouble(otherwise);
  }

  boolean flag(String key, Flag otherwise) {
    return tree.path(key).asBoolean(otherwise == Flag.ON);
  }

  /** What holds where a config is silent. */
  enum Flag {
    ON,
    OFF
  }

  /** Refuses a config that states something else than what the mathematics take for granted. */
  void require(String key, JsonNode value) {
    JsonNode stated = tree.get(key);
    if (stated != null && !stated.equals(value)) {
      throw refused("its " + key + " is " + stated + ", not " + value);
    }
  }

  PalimpsestException refused(String why) {
    return PalimpsestException.input(folder + " is not a model folder of this kind: " + why + ".");
  }
}
