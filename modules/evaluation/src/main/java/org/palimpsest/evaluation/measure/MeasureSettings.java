package org.palimpsest.evaluation.measure;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.util.Collection;
import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.objective.text.Names;

/**
 * The settings of one measure, with defaults. Keys that it does not have are refused.
 *
 * @param where place in the definition, for messages: {@code measures.0}
 */
record MeasureSettings(String where, Config config) {

  /** Refuses other keys than these. */
  MeasureSettings requireOnly(Collection<String> known) {
    for (String key : config.root().keySet()) {
      if (!known.contains(key)) {
        throw PalimpsestException.configuration(
            "Key '" + where + "." + key + "' is unknown; " + Names.known(key, known));
      }
    }
    return this;
  }

  String text(String key, String absent) {
    return config.hasPath(key) ? section().text(key) : absent;
  }

  int size(String key, int absent) {
    return config.hasPath(key) ? section().size(key) : absent;
  }

  /** The objective under {@code objective}. */
  Object objective() {
    return value("objective");
  }

  /** A value that must be there. */
  Object value(String key) {
    if (!config.hasPath(key)) {
      throw PalimpsestException.configuration(
          "Key '" + where + "." + key + "' is missing: the measure needs it.");
    }
    return config.getAnyRef(key);
  }

  /** The sections of a list that must have some. */
  List<MeasureSettings> sections(String key) {
    try {
      List<? extends Config> list = config.hasPath(key) ? config.getConfigList(key) : List.of();
      if (list.isEmpty()) {
        throw PalimpsestException.configuration(
            "Key '" + where + "." + key + "' is empty: list at least one.");
      }
      return list.stream().map(one -> new MeasureSettings(where + "." + key, one)).toList();
    } catch (ConfigException e) {
      throw wrong(key, "a list of sections in braces", e);
    }
  }

  List<Double> numbers(String key) {
    try {
      return config.hasPath(key) ? config.getDoubleList(key) : List.of();
    } catch (ConfigException e) {
      throw wrong(key, "a list of numbers", e);
    }
  }

  private PalimpsestException wrong(String key, String expected, ConfigException cause) {
    return new PalimpsestException(
        PalimpsestException.Kind.CONFIGURATION,
        "Key '" + where + "." + key + "' must be " + expected + ".",
        cause);
  }

  private Section section() {
    return new Section(where, config);
  }
}
