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
import java.util.regex.Pattern;
import org.palimpsest.base.PalimpsestException;

/**
 * One input of a corpus.
 *
 * @param path "wordnet", "wordnet-siblings", {@code table:NAME}, or a file, a folder or a glob
 * @param weight how often each document occurs: the integer part for every document, and once more
 *     for the fractional share of documents, chosen by a keyed hash of their ids
 * @param language the token of the language of its documents; empty if they have none or each its
 *     own
 */
public record Input(String path, double weight, String language) implements Serializable {
  private static final String PATH = "path";
  private static final String WEIGHT = "weight";
  private static final String LANGUAGE = "language";
  private static final Pattern LANGUAGES = Pattern.compile("[^\\s,()]*");

  public Input {
    if (path.isBlank()) {
      throw PalimpsestException.configuration(
          "corpus.input has an empty path: name a file, a folder, a glob, a table or \"wordnet\".");
    }
    if (!(weight > 0 && weight <= 1000)) {
      throw PalimpsestException.configuration(
          "The weight of the input %s must be above 0 and at most 1000, but is %s."
              .formatted(path, weight));
    }
    if (!LANGUAGES.matcher(language).matches()) {
      throw PalimpsestException.configuration(
          "The language of the input %s must be a token such as en_XX, but is '%s'."
              .formatted(path, language));
    }
  }

  /** Creates an input without a language. */
  public Input(String path, double weight) {
    this(path, weight, "");
  }

  /** Creates an input whose documents occur once. */
  public Input(String path) {
    this(path, 1);
  }

  /**
   * Reads inputs: a string, an object with {@code path}, {@code weight} and {@code language}, or a
   * list of these.
   *
   * @throws PalimpsestException of kind CONFIGURATION if the value has another type or names an
   *     input twice
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
            "corpus.input lists %s twice: list it once and set its weight.".formatted(input.path));
      }
    }
    return inputs;
  }

  private static Input of(ConfigValue value) {
    if (value instanceof ConfigObject object) {
      try {
        Config fields = object.toConfig();
        if (Set.of(PATH, WEIGHT, LANGUAGE).containsAll(object.keySet())) {
          return new Input(
              fields.getString(PATH),
              fields.hasPath(WEIGHT) ? fields.getDouble(WEIGHT) : 1,
              fields.hasPath(LANGUAGE) ? fields.getString(LANGUAGE) : "");
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
        "corpus.input contains %s, but each input must be a string or {path = …, weight = …, language = …}."
            .formatted(value.unwrapped()),
        cause);
  }

  /** Returns the form that messages and the manifest use. */
  @Override
  public String toString() {
    String shown = weight == 1 ? path : path + " (weight " + weight + ")";
    return language.isEmpty() ? shown : shown + " (language " + language + ")";
  }
}
