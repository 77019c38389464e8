package org.palimpsest.training.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.palimpsest.model.spec.ModelSettings;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.training.checkpoint.Checkpoint;

/**
 * What a checkpoint recorded of its run's recipe. A run that resumes takes from here every key that
 * its user has not set, so that a default or a preset that has changed since does not change the
 * run.
 *
 * @param recipe every key with the value it had, defaults included: {@code recipe.conf}
 * @param presets what {@code model.preset} and {@code objective} stood for: {@code presets.conf},
 *     or empty for checkpoints that lack it; then a preset means what it means now
 */
record Recorded(Config recipe, Config presets) {
  /** For a run that begins. */
  static final Recorded NOTHING = new Recorded(ConfigFactory.empty(), ConfigFactory.empty());

  /**
   * Keys (or, ending with a dot, sections) of which the recorded value does not apply: where the
   * run itself is, which may have been moved, and the time limit, which belongs to one invocation.
   */
  static final List<String> NOT_TAKEN = List.of("run.", "checkpoint.path", "training.time-limit");

  private static final String OBJECTIVE = "objective";

  /** What a checkpoint holds. */
  static Recorded in(Checkpoint checkpoint) {
    return new Recorded(
        ConfigFactory.parseString(checkpoint.text(Checkpoint.RECIPE)),
        checkpoint.files().containsKey(Checkpoint.PRESETS)
            ? ConfigFactory.parseString(checkpoint.text(Checkpoint.PRESETS))
            : ConfigFactory.empty());
  }

  /** The content of {@code presets.conf}: a model and an objective without reference to presets. */
  static byte[] presets(ModelSpec model, Map<String, Object> objective) {
    return ConfigFactory.parseString(String.join("\n", ModelSettings.assignments(model)))
        .withValue(OBJECTIVE, ConfigValueFactory.fromMap(objective))
        .root()
        .render(ConfigRenderOptions.concise().setFormatted(true).setJson(false))
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The recorded values that a recipe takes where it sets none; keys unknown today are left out.
   */
  Config values(RecipeCheck known) {
    Config[] values = {recipe};
    RecipeCheck.leaves(
        "",
        recipe.root(),
        (key, value) -> {
          boolean taken = !among(NOT_TAKEN, key) && known.knows(key) && !Secrets.isRedacted(value);
          if (!taken) {
            values[0] = values[0].withoutPath(ConfigUtil.joinPath(Arrays.asList(key.split("\\."))));
          }
        });
    return values[0];
  }

  /**
   * A configuration with the recorded meaning in the place of presets.
   *
   * @param written every key as the user or the record has it
   * @param explicit what the user has set
   */
  Config withPresets(Config written, Config explicit) {
    Map<String, ConfigValue> set = leaves(explicit);
    Config[] meant = {written};
    leaves(presets.withoutPath(OBJECTIVE))
        .forEach(
            (key, value) -> {
              if (!set.containsKey(key) || agrees(key, set.get(key))) {
                meant[0] = meant[0].withValue(key, value);
              }
            });
    boolean changed = explicit.hasPath(OBJECTIVE) && !agreesOnObjective(explicit);
    return changed || !presets.hasPath(OBJECTIVE)
        ? meant[0]
        : meant[0].withValue(OBJECTIVE, presets.getValue(OBJECTIVE));
  }

  /**
   * The first key that is set to another value than the recorded one.
   *
   * @param explicit what the user sets
   * @param defaults of keys that are younger than the record: the run had their defaults all the
   *     time
   * @param mayChange whether a key may have another value
   */
  Optional<RecipeChange> change(Config explicit, Config defaults, Predicate<String> mayChange) {
    Config set = Secrets.redacted(explicit);
    Map<String, ConfigValue> before = leaves(defaults);
    before.putAll(leaves(recipe));
    for (Map.Entry<String, ConfigValue> entry : leaves(set.withoutPath(OBJECTIVE)).entrySet()) {
      String key = entry.getKey();
      String now = text(entry.getValue());
      String then = text(before.get(key));
      if (!mayChange.test(key) && !now.equals(then) && !agrees(key, entry.getValue())) {
        return Optional.of(new RecipeChange(key, then, now));
      }
    }
    return set.hasPath(OBJECTIVE) && !agreesOnObjective(set)
        ? Optional.of(objectiveChange(texts(recipe), texts(set)))
        : Optional.empty();
  }

  private static RecipeChange objectiveChange(Map<String, String> before, Map<String, String> now) {
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(now.keySet());
    keys.removeIf(key -> Objects.equals(before.get(key), now.get(key)));
    String key = keys.iterator().next();
    return new RecipeChange(
        key, before.getOrDefault(key, "not set"), now.getOrDefault(key, "not set"));
  }

  /** Whether a value is the recorded one, as it was written or as it was meant. */
  private boolean agrees(String key, ConfigValue value) {
    String text = text(value);
    return text.equals(text(leaves(recipe).get(key)))
        || text.equals(text(leaves(presets).get(key)));
  }

  /** Whether the objective of a configuration is the recorded one, as written or as meant. */
  private boolean agreesOnObjective(Config config) {
    Map<String, String> texts = texts(config);
    return texts.equals(texts(recipe)) || texts.equals(texts(presets));
  }

  /** The leaves of a configuration's objective, as text. */
  private static Map<String, String> texts(Config config) {
    Map<String, String> texts = new TreeMap<>();
    if (config.hasPath(OBJECTIVE)) {
      leaves(Secrets.redacted(config).withOnlyPath(OBJECTIVE))
          .forEach((key, value) -> texts.put(key, text(value)));
    }
    return texts;
  }

  /** Every key with its value. */
  private static Map<String, ConfigValue> leaves(Config config) {
    Map<String, ConfigValue> leaves = new TreeMap<>();
    RecipeCheck.leaves("", config.root(), leaves::put);
    return leaves;
  }

  /** A value as HOCON; null for none. */
  private static String text(ConfigValue value) {
    return value == null ? null : value.render(ConfigRenderOptions.concise());
  }

  /** Whether a key is in a list of keys and sections. */
  private static boolean among(List<String> keys, String key) {
    return keys.stream()
        .anyMatch(listed -> listed.endsWith(".") ? key.startsWith(listed) : key.equals(listed));
  }

  /** One configuration over another; an objective is not mixed with the one below it. */
  static Config over(Config above, Config below) {
    ConfigObject root = above.root();
    return above.withFallback(root.containsKey(OBJECTIVE) ? below.withoutPath(OBJECTIVE) : below);
  }
}
