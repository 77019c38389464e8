package org.palimpsest.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.palimpsest.objective.PalimpsestException;

/**
 * One section of a configuration, read so that each refusal names the key, what it holds, and what
 * it may hold.
 *
 * @param name the section's key, for messages
 * @param config what stands in it
 */
record Section(String name, Config config) {

  boolean has(String key) {
    return config.hasPath(key);
  }

  String text(String key) {
    try {
      return config.getString(key);
    } catch (ConfigException.Missing e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CONFIGURATION, "Set " + name + "." + key + ".", e);
    } catch (ConfigException e) {
      throw refused(key, "one word", e);
    }
  }

  /** A whole number from {@code least} on. */
  long whole(String key, long least) {
    String rule = "a whole number of at least " + least;
    double number = number(key, rule);
    if (number < least || number > 1e15 || number != Math.rint(number)) {
      throw refused(key, rule, null);
    }
    return (long) number;
  }

  int size(String key) {
    long value = whole(key, 1);
    if (value > Integer.MAX_VALUE) {
      throw refused(key, "at most " + Integer.MAX_VALUE, null);
    }
    return (int) value;
  }

  /** A number from 0 on. */
  double atLeastZero(String key) {
    String rule = "a number of at least 0";
    double number = number(key, rule);
    if (!(number >= 0) || Double.isInfinite(number)) {
      throw refused(key, rule, null);
    }
    return number;
  }

  double positive(String key) {
    String rule = "a number above 0";
    double number = number(key, rule);
    if (!(number > 0) || Double.isInfinite(number)) {
      throw refused(key, rule, null);
    }
    return number;
  }

  /** A number from 0 up to, but not, 1. */
  double fraction(String key) {
    String rule = "a number of at least 0 and below 1";
    double number = number(key, rule);
    if (!(number >= 0 && number < 1)) {
      throw refused(key, rule, null);
    }
    return number;
  }

  private double number(String key, String rule) {
    try {
      return Double.parseDouble(text(key));
    } catch (NumberFormatException e) {
      throw refused(key, rule, e);
    }
  }

  /** The name of an enum's constant as configurations write it: {@code BART_BASE}, bart-base. */
  static String kebab(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The constant that {@code key} names; the refusal lists them all. */
  <E extends Enum<E>> E choice(String key, Class<E> type) {
    String text = text(key);
    List<E> all = Arrays.asList(type.getEnumConstants());
    return all.stream()
        .filter(constant -> kebab(constant).equals(text))
        .findFirst()
        .orElseThrow(
            () -> {
              List<String> known = all.stream().map(Section::kebab).toList();
              return PalimpsestException.configuration(
                  name
                      + "."
                      + key
                      + " '"
                      + text
                      + "' is unknown: use one of "
                      + String.join(", ", known)
                      + ".");
            });
  }

  private PalimpsestException refused(String key, String rule, Exception cause) {
    Object value = config.getValue(key).unwrapped();
    return new PalimpsestException(
        PalimpsestException.Kind.CONFIGURATION,
        name + "." + key + " is " + value + ", but must be " + rule + ".",
        cause);
  }
}
