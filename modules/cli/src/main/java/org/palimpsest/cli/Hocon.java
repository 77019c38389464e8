package org.palimpsest.cli;

import com.typesafe.config.ConfigUtil;
import java.util.List;
import java.util.stream.Collectors;

/** Assignments in HOCON, as {@code --set} takes them, from values of other options. */
final class Hocon {
  private Hocon() {}

  /** {@code key = "value"}; the quotes keep HOCON from interpreting the value. */
  static String assign(String key, String value) {
    return key + " = " + ConfigUtil.quoteString(value);
  }

  /** One value as a string, several as a list: {@code key = ["a", "b"]}. */
  static String assign(String key, List<String> values) {
    if (values.size() == 1) {
      return assign(key, values.get(0));
    }
    return key
        + " = "
        + values.stream().map(ConfigUtil::quoteString).collect(Collectors.joining(", ", "[", "]"));
  }
}
