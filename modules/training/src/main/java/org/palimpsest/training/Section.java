package org.palimpsest.training;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.palimpsest.objective.PalimpsestException;

/**
 * One section of a recipe, read so that each refusal names the key, what it holds, and what it may
 * hold.
 *
 * @param name the section's key; empty for the top
 * @param config what stands in it
 */
record Section(String name, Config config) {

  static Section of(Recipe recipe, String name) {
    return new Section(name, recipe.section(name));
  }

  boolean has(String key) {
    return config.hasPath(key);
  }

  /** A whole number from {@code least} on. */
  long whole(String key, long least) {
    double number = number(key);
    if (number != Math.rint(number) || Math.abs(number) > 1e15 || number < (double) least) {
      throw refused(key, "a whole number of at least " + least);
    }
    return (long) number;
  }

  int count(String key) {
    return (int) Math.min(Integer.MAX_VALUE, whole(key, 1));
  }

  double atLeastZero(String key) {
    double number = number(key);
    if (!(number >= 0) || Double.isInfinite(number)) {
      throw refused(key, "a number of at least 0");
    }
    return number;
  }

  private double number(String key) {
    try {
      return config.getDouble(key);
    } catch (ConfigException e) {
      throw refused(key, "a number");
    }
  }

  boolean flag(String key) {
    try {
      return config.getBoolean(key);
    } catch (ConfigException e) {
      throw refused(key, "true or false");
    }
  }

  Duration duration(String key) {
    try {
      Duration duration = config.getDuration(key);
      if (!duration.isNegative() && !duration.isZero()) {
        return duration;
      }
    } catch (ConfigException e) {
      // Refused below: it is no duration.
    }
    throw refused(key, "a time such as 30s, 5m or 2h");
  }

  Optional<Duration> optionalDuration(String key) {
    return has(key) ? Optional.of(duration(key)) : Optional.empty();
  }

  Optional<String> optionalText(String key) {
    return has(key) ? Optional.of(config.getString(key)) : Optional.empty();
  }

  String text(String key) {
    return optionalText(key).orElseThrow(() -> refused(key, "set"));
  }

  /** The constant that {@code key} names; the refusal lists them all. */
  <E extends Enum<E>> E choice(String key, Class<E> type) {
    String text = text(key);
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> lower(constant).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                refused(
                    key,
                    "one of "
                        + Arrays.stream(type.getEnumConstants())
                            .map(Section::lower)
                            .collect(Collectors.joining(", "))));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private PalimpsestException refused(String key, String rule) {
    String full = name.isEmpty() ? key : name + "." + key;
    Object value = has(key) ? config.getValue(key).unwrapped() : "not set";
    return PalimpsestException.configuration(full + " is " + value + ", but must be " + rule + ".");
  }
}
