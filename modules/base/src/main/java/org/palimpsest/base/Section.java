package org.palimpsest.base;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One section of a configuration, read so that each refusal names the key, what it holds, and what
 * it may hold: a {@link PalimpsestException} of kind CONFIGURATION.
 *
 * @param name the section's key, for messages; empty for the top
 * @param config its values
 */
public record Section(String name, Config config) {

  /** Whether the key has a value; null is none. */
  public boolean has(String key) {
    return config.hasPath(key);
  }

  /** One word. */
  public String text(String key) {
    try {
      return config.getString(key);
    } catch (ConfigException.Missing e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CONFIGURATION, "Set " + full(key) + ".", e);
    } catch (ConfigException e) {
      throw refused(key, "one word", e);
    }
  }

  /** Texts: a list of them, or one. */
  public List<String> texts(String key) {
    try {
      return config.getValue(key).valueType() == ConfigValueType.LIST
          ? config.getStringList(key)
          : List.of(text(key));
    } catch (ConfigException e) {
      throw refused(key, "a list of texts", e);
    }
  }

  public Optional<String> optionalText(String key) {
    return has(key) ? Optional.of(text(key)) : Optional.empty();
  }

  /** A whole number from {@code least} on. */
  public long whole(String key, long least) {
    String rule = "a whole number of at least " + least;
    double number = number(key, rule);
    if (number < least || Math.abs(number) > 1e15 || number != Math.rint(number)) {
      throw refused(key, rule, null);
    }
    return (long) number;
  }

  /** A whole number from 1 on that an {@code int} holds. */
  public int size(String key) {
    long value = whole(key, 1);
    if (value > Integer.MAX_VALUE) {
      throw refused(key, "at most " + Integer.MAX_VALUE, null);
    }
    return (int) value;
  }

  /** A number from 0 on. */
  public double atLeastZero(String key) {
    String rule = "a number of at least 0";
    double number = number(key, rule);
    if (!(number >= 0) || Double.isInfinite(number)) {
      throw refused(key, rule, null);
    }
    return number;
  }

  /** A number above 0. */
  public double positive(String key) {
    String rule = "a number above 0";
    double number = number(key, rule);
    if (!(number > 0) || Double.isInfinite(number)) {
      throw refused(key, rule, null);
    }
    return number;
  }

  /** A number from 0 up to, but not, 1. */
  public double fraction(String key) {
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

  public boolean flag(String key) {
    try {
      return config.getBoolean(key);
    } catch (ConfigException e) {
      throw refused(key, "true or false", e);
    }
  }

  /** A time above 0. */
  public Duration duration(String key) {
    String rule = "a time such as 30s, 5m or 2h";
    try {
      Duration duration = config.getDuration(key);
      if (duration.isNegative() || duration.isZero()) {
        throw refused(key, rule, null);
      }
      return duration;
    } catch (ConfigException e) {
      throw refused(key, rule, e);
    }
  }

  public Optional<Duration> optionalDuration(String key) {
    return has(key) ? Optional.of(duration(key)) : Optional.empty();
  }

  /** The constant that {@code key} names; the refusal lists them all. */
  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    String text = text(key);
    List<E> all = Arrays.asList(type.getEnumConstants());
    return all.stream()
        .filter(constant -> kebab(constant).equals(text))
        .findFirst()
        .orElseThrow(
            () -> {
              List<String> known = all.stream().map(Section::kebab).toList();
              return PalimpsestException.configuration(
                  full(key)
                      + " '"
                      + text
                      + "' is unknown: use one of "
                      + String.join(", ", known)
                      + ".");
            });
  }

  /** The name of an enum's constant as configurations write it: {@code BART_BASE}, bart-base. */
  public static String kebab(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private String full(String key) {
    return name.isEmpty() ? key : name + "." + key;
  }

  private PalimpsestException refused(String key, String rule, Exception cause) {
    String value =
        has(key) ? Secrets.shown(full(key), config.getValue(key).unwrapped()) : "not set";
    return new PalimpsestException(
        PalimpsestException.Kind.CONFIGURATION,
        full(key) + " is " + value + ", but must be " + rule + ".",
        cause);
  }
}
