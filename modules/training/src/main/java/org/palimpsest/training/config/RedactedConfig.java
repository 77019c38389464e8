package org.palimpsest.training.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.Secrets;

/** Redacts the secrets of a configuration that is printed or stored. */
final class RedactedConfig {
  private RedactedConfig() {}

  /** Whether a value, or a part of it, was a secret before it was stored. */
  static boolean isRedacted(ConfigValue value) {
    return value.unwrapped() != null && value.unwrapped().toString().contains(Secrets.REDACTED);
  }

  /** A configuration without the values of secret keys, and without secrets in addresses. */
  static Config of(Config config) {
    return ((ConfigObject) redacted("", config.root())).toConfig();
  }

  private static ConfigValue redacted(String key, ConfigValue value) {
    if (value instanceof ConfigObject object) {
      return section(key, object);
    }
    if (value.valueType() != ConfigValueType.NULL && Secrets.isSecret(key)) {
      return ConfigValueFactory.fromAnyRef(Secrets.REDACTED);
    }
    if (value instanceof ConfigList list) {
      List<ConfigValue> elements = new ArrayList<>();
      list.forEach(element -> elements.add(redacted(key, element)));
      return elements.equals(list) ? value : ConfigValueFactory.fromIterable(elements);
    }
    if (value.unwrapped() instanceof String text) {
      String without = Secrets.redacted(text);
      return without.equals(text) ? value : ConfigValueFactory.fromAnyRef(without);
    }
    return value;
  }

  private static ConfigValue section(String key, ConfigObject object) {
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    object.forEach(
        (name, value) ->
            values.put(name, redacted(key.isEmpty() ? name : key + "." + name, value)));
    return values.equals(object) ? object : ConfigValueFactory.fromMap(values);
  }
}
