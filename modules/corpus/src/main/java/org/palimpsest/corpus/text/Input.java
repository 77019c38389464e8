package org.palimpsest.corpus.text;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.palimpsest.base.PalimpsestException;

/**
 * One of the texts that a corpus is made of.
 *
 * @param path "wordnet", {@code table:NAME}, or a file, a folder or a glob
 * @param weight how often each of its documents comes: the whole part as often for all of them, and
 *     once more for the share of them that the fraction says, chosen by a keyed hash of the id
 */
public record Input(String path, double weight) implements Serializable {
  private static final String PATH = "path";
  private static final String WEIGHT = "weight";

  public Input {
    if (path.isBlank()) {
      throw PalimpsestException.configuration(
          "An input of corpus.input is empty: name the text to prepare.");
    }
    if (!(weight > 0 && weight <= 1000)) {
      throw PalimpsestException.configuration(
          "The weight of the input %s must be above 0 and at most 1000, but is %s."
              .formatted(path, weight));
    }
  }

  /** An input whose documents come once. */
  public Input(String path) {
    this(path, 1);
  }

  /**
   * Reads inputs: a text, an object with {@code path} and {@code weight}, or a list of these.
   *
   * @throws PalimpsestException of kind CONFIGURATION if it is something else, or names one twice
   */
  public static List<Input> list(Config config, String key) {
    List<Input> inputs = new ArrayList<>();
    if (config.getValue(key).valueType() == ConfigValueType.LIST) {
      config.getList(key).forEach(value -> inputs.add(of(value)));
    } else {
      inputs.add(of(config.getValue(key)));
    }
    Set<String> paths = new HashSet<>();
    for (Input input : inputs) {
      if (!paths.add(input.path)) {
        throw PalimpsestException.configuration(
            "corpus.input names %s twice: name it once, with a weight.".formatted(input.path));
      }
    }
    return inputs;
  }

  private static Input of(ConfigValue value) {
    if (value instanceof ConfigObject object) {
      try {
        Config fields = object.toConfig();
        if (Set.of(PATH, WEIGHT).containsAll(object.keySet())) {
          return new Input(
              fields.getString(PATH), fields.hasPath(WEIGHT) ? fields.getDouble(WEIGHT) : 1);
        }
      } catch (ConfigException e) {
        throw refused(value, e);
      }
    } else if (value.valueType() == ConfigValueType.STRING) {
      return new Input((String) value.unwrapped());
    }
    throw refused(value, null);
  }

  private static PalimpsestException refused(ConfigValue value, Exception cause) {
    return new PalimpsestException(
        PalimpsestException.Kind.CONFIGURATION,
        "An input of corpus.input is %s, but must be a text or {path = …, weight = …}."
            .formatted(value.unwrapped()),
        cause);
  }

  /** As messages and the manifest write it. */
  @Override
  public String toString() {
    return weight == 1 ? path : path + " (weight " + weight + ")";
  }
}
