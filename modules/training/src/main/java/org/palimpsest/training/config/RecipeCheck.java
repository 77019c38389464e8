package org.palimpsest.training.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;

/** Compares a recipe with the defaults. A key without a default is an error. */
record RecipeCheck(Map<String, ConfigValue> known) {
  /** Keys whose content is checked elsewhere. */
  private static final Set<String> OPEN = Set.of("objective");

  /** Numbers that the program chooses if the recipe says {@code auto}. */
  private static final Set<String> CHOSEN = Set.of("training.micro-batch-blocks");

  static RecipeCheck against(Config defaults) {
    Map<String, ConfigValue> known = new TreeMap<>();
    leaves("", defaults.root(), known::put);
    return new RecipeCheck(known);
  }

  void accept(Config recipe) {
    leaves("", recipe.root(), this::accept);
  }

  private void accept(String key, ConfigValue value) {
    if (isOpen(key)) {
      return;
    }
    ConfigValue standard = known.get(key);
    if (standard == null) {
      refuseUnknown(key);
    } else if (!fits(value, standard.valueType()) && !isChosen(key, value)) {
      throw PalimpsestException.configuration(
          key
              + " is "
              + shown(key, value)
              + ", but must be "
              + described(standard.valueType())
              + (CHOSEN.contains(key) ? " or auto" : "")
              + ".");
    }
  }

  private static boolean isChosen(String key, ConfigValue value) {
    return CHOSEN.contains(key) && "auto".equals(value.unwrapped());
  }

  /** Whether a recipe may have this key. */
  boolean knows(String key) {
    return known.containsKey(key) || isOpen(key);
  }

  private void refuseUnknown(String key) {
    List<String> inside = known.keySet().stream().filter(k -> k.startsWith(key + ".")).toList();
    if (!inside.isEmpty()) {
      throw PalimpsestException.configuration(
          key + " is a section, not a value: set one of " + String.join(", ", inside) + ".");
    }
    throw PalimpsestException.configuration(
        "Unknown configuration key '"
            + key
            + "': the nearest known key is '"
            + nearest(key)
            + "'.");
  }

  private String nearest(String key) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    List<String> candidates = new ArrayList<>(known.keySet());
    candidates.addAll(OPEN);
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> distance.apply(key, candidate)))
        .orElseThrow();
  }

  private boolean isOpen(String key) {
    return OPEN.stream().anyMatch(open -> key.equals(open) || key.startsWith(open + "."))
        || known.entrySet().stream()
            .anyMatch(
                entry ->
                    entry.getValue().valueType() == ConfigValueType.NULL
                        && key.startsWith(entry.getKey() + "."));
  }

  /**
   * Whether a value has the type of its default. A default of null allows every type. A text is
   * valid for a number if it spells one, and for a list of texts.
   */
  private static boolean fits(ConfigValue value, ConfigValueType standard) {
    ConfigValueType type = value.valueType();
    if (type == standard
        || standard == ConfigValueType.NULL
        || type == ConfigValueType.NULL
        || (standard == ConfigValueType.STRING && isScalar(type))
        || (standard == ConfigValueType.LIST && type == ConfigValueType.STRING)) {
      return true;
    }
    String text = value.unwrapped() instanceof String spelled ? spelled : "";
    return switch (standard) {
      case NUMBER -> text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");
      case BOOLEAN -> text.equals("true") || text.equals("false");
      default -> false;
    };
  }

  private static boolean isScalar(ConfigValueType type) {
    return type == ConfigValueType.NUMBER || type == ConfigValueType.BOOLEAN;
  }

  private static String described(ConfigValueType type) {
    return switch (type) {
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case LIST -> "a list: [\"…\", \"…\"]";
      default -> "a " + type.name().toLowerCase(Locale.ROOT);
    };
  }

  private static String shown(String key, ConfigValue value) {
    return value instanceof ConfigObject || value instanceof ConfigList
        ? "a " + value.valueType().name().toLowerCase(Locale.ROOT)
        : "'" + Secrets.shown(key, value.unwrapped()) + "'";
  }

  /** Visits every value that is not a section, nulls included, with its full key. */
  static void leaves(String prefix, ConfigObject section, BiConsumer<String, ConfigValue> visitor) {
    section.forEach(
        (name, value) -> {
          String key = prefix.isEmpty() ? name : prefix + "." + name;
          if (value instanceof ConfigObject inner && !inner.isEmpty()) {
            leaves(key, inner, visitor);
          } else {
            visitor.accept(key, value);
          }
        });
  }
}
