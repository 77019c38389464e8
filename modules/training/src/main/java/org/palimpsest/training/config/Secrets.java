package org.palimpsest.training.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Redacts secret values wherever a configuration is printed or stored. */
final class Secrets {
  /**
   * Spark's default pattern, except that {@code token} must be a whole word: {@code tokenizer} is
   * not a secret.
   */
  private static final Pattern SECRET =
      Pattern.compile(
          "secret|passw(or)?d|credential|(access|account|private)[.-]?key|(^|[.-])token($|[.-])",
          Pattern.CASE_INSENSITIVE);

  private static final String REDACTED = "(redacted)";

  private Secrets() {}

  /** Whether a value was a secret before it was kept. */
  static boolean isRedacted(ConfigValue value) {
    return REDACTED.equals(value.unwrapped());
  }

  static Config redacted(Config config) {
    Config[] result = {config};
    RecipeCheck.leaves(
        "",
        config.root(),
        (key, value) -> {
          if (SECRET.matcher(key).find() && value.unwrapped() != null) {
            result[0] = result[0].withValue(quoted(key), ConfigValueFactory.fromAnyRef(REDACTED));
          }
        });
    return result[0];
  }

  private static String quoted(String key) {
    List<String> elements = Arrays.asList(key.split("\\."));
    return ConfigUtil.joinPath(elements);
  }
}
