package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.storage.Reason;

/**
 * The content of a foreign {@code config.json}, read so that each refusal names the folder and the
 * key.
 *
 * @param folder how messages call the folder
 */
record ConfigJson(JsonNode tree, String folder) {

  /** Whether the config has a value for a key. */
  boolean has(String key) {
    return tree.hasNonNull(key);
  }

  String text(String key, String otherwise) {
    JsonNode value = tree.path(key);
    return value.isTextual() ? value.asText() : absent(key, value, otherwise, "a text");
  }

  /** A whole number that must be there. */
  int whole(String key) {
    JsonNode value = tree.path(key);
    if (value.isMissingNode()) {
      throw refused("its config.json lacks " + key);
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw refused("its " + key + " is " + quoted(value) + ", not a whole number");
    }
    return value.asInt();
  }

  int whole(String key, int otherwise) {
    return tree.hasNonNull(key) ? whole(key) : otherwise;
  }

  /**
   * The id of a token; {@link Vocabulary#NONE} if the config says that there is none. A list of one
   * id is that id.
   *
   * @param usual where the config does not speak of it
   */
  int id(String key, int usual) {
    JsonNode value = tree.path(key);
    if (value.isArray() && value.size() == 1) {
      return new ConfigJson(JsonNodeFactory.instance.objectNode().set(key, value.get(0)), folder)
          .whole(key);
    }
    if (value.isArray()) {
      throw refused("its " + key + " is " + quoted(value) + ", but must be one id");
    }
    return value.isMissingNode() ? usual : whole(key, Vocabulary.NONE);
  }

  double number(String key, double otherwise) {
    JsonNode value = tree.path(key);
    return value.isNumber() ? value.asDouble() : absent(key, value, otherwise, "a number");
  }

  boolean flag(String key, Flag otherwise) {
    JsonNode value = tree.path(key);
    return value.isBoolean()
        ? value.asBoolean()
        : absent(key, value, otherwise == Flag.ON, "true or false");
  }

  /** What holds without a value; a value of the wrong type is refused. */
  private <T> T absent(String key, JsonNode value, T otherwise, String type) {
    if (!value.isMissingNode() && !value.isNull()) {
      throw refused("its " + key + " is " + quoted(value) + ", not " + type);
    }
    return otherwise;
  }

  private static String quoted(JsonNode value) {
    return Reason.quoted(value.toString());
  }

  /** What holds where a config is silent. */
  enum Flag {
    ON,
    OFF;

    static Flag of(boolean on) {
      return on ? ON : OFF;
    }
  }

  /** Refuses a config that states something else than what the mathematics take for granted. */
  void require(String key, JsonNode value) {
    JsonNode stated = tree.get(key);
    if (stated != null && !stated.equals(value)) {
      throw refused("its " + key + " is " + quoted(stated) + ", not " + value);
    }
  }

  PalimpsestException refused(String why) {
    return PalimpsestException.input(folder + " is not a model folder of this kind: " + why + ".");
  }
}
