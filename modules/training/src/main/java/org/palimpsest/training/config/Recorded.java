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
 * The recipe that a checkpoint recorded. A run that resumes uses it for every key that the user
 * does not set, so that later changes of defaults or presets do not change the run.
 *
 * @param recipe every key with its value, defaults included: {@code recipe.conf}
 * @param presets the meaning of {@code model.preset} and {@code objective}: {@code presets.conf};
 *     empty for checkpoints without that file, whose presets have their current meaning
 */
record Recorded(Config recipe, Config presets) {
  /** For a new run. */
  static final Recorded NOTHING = new Recorded(ConfigFactory.empty(), ConfigFactory.empty());

  /**
   * Keys (or, ending with a dot, sections) whose recorded value does not apply: the location of the
   * run, which may have moved, and the time limit, which belongs to one invocation.
   */
  static final List<String> NOT_APPLIED = List.of("run.", "checkpoint.path", "training.time-limit");

  private static final String OBJECTIVE = "objective";

  /**
   * Keys that checkpoints of earlier releases do not record, with the values that their runs have
   * always had.
   */
  private static final Config YOUNGER =
      ConfigFactory.parseString(
          """
          model {
            from = "", type = "", decoder-start = null, relative-tables = null, sinusoids = null
            first-position = null, head-bias = null, decoder-positions-after-norm = null
            initial-alignment = 0, initial-sinusoids = 0
          }
          training.lost-weight = 1, training.initial-lost-weight = null
          optimizer.newton-schulz-iterations = 5
          training.deterministic = false
          training.collective.gpus = gloo
          """);

  /** Reads the recipe of a checkpoint. */
  static Recorded in(Checkpoint checkpoint) {
    return new Recorded(
        config(checkpoint, Checkpoint.RECIPE).withFallback(YOUNGER),
        checkpoint.files().containsKey(Checkpoint.PRESETS)
            ? config(checkpoint, Checkpoint.PRESETS)
            : ConfigFactory.empty());
  }

  private static Config config(Checkpoint checkpoint, String file) {
    String where = checkpoint.folder().resolve(file).toString();
    return ForeignConfig.parse(checkpoint.text(file), where);
  }

  /** The content of {@code presets.conf}: a model and an objective without reference to presets. */
  static byte[] presets(ModelSpec model, Map<String, Object> objective) {
    return ConfigFactory.parseString(String.join("\n", ModelSettings.assignments(model)))
        .withValue(OBJECTIVE, ConfigValueFactory.fromMap(objective))
        .root()
        .render(ConfigRenderOptions.concise().setFormatted(true).setJson(false))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The recorded values for keys that a recipe does not set, without keys that no longer exist. */
  Config values(RecipeCheck known) {
    Config[] values = {recipe};
    RecipeCheck.leaves(
        "",
        recipe.root(),
        (key, value) -> {
          boolean taken =
              !among(NOT_APPLIED, key) && known.knows(key) && !RedactedConfig.isRedacted(value);
          if (!taken) {
            values[0] = values[0].withoutPath(ConfigUtil.joinPath(Arrays.asList(key.split("\\."))));
          }
        });
    return values[0];
  }

  /** Whether the value of a key was recorded without a secret that it held. */
  boolean lacksSecret(String key) {
    return recipe.hasPath(key) && RedactedConfig.isRedacted(recipe.getValue(key));
  }

  /**
   * A configuration with presets replaced by their recorded meaning.
   *
   * @param written every key with the value of the user or of the checkpoint
   * @param explicit values that the user sets
   */
  Config withPresets(Config written, Config explicit) {
    Map<String, ConfigValue> set = leaves(explicit);
    Config[] replaced = {written};
    leaves(presets.withoutPath(OBJECTIVE))
        .forEach(
            (key, value) -> {
              if (!set.containsKey(key) || agrees(key, set.get(key))) {
                replaced[0] = replaced[0].withValue(key, value);
              }
            });
    boolean changed = explicit.hasPath(OBJECTIVE) && !agreesOnObjective(explicit);
    return changed || !presets.hasPath(OBJECTIVE)
        ? replaced[0]
        : replaced[0].withValue(OBJECTIVE, presets.getValue(OBJECTIVE));
  }

  /**
   * The first key whose value differs from the recorded one.
   *
   * @param explicit values that the user sets
   * @param defaults of keys that did not exist when the checkpoint was written: the run has always
   *     had their defaults
   * @param mayChange whether a key may have another value
   */
  Optional<RecipeChange> change(Config explicit, Config defaults, Predicate<String> mayChange) {
    Config set = RedactedConfig.of(explicit);
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

  /** Whether a value equals the recorded value or the recorded meaning of a key. */
  private boolean agrees(String key, ConfigValue value) {
    String text = text(value);
    return text.equals(text(leaves(recipe).get(key)))
        || text.equals(text(leaves(presets).get(key)));
  }

  /** Whether the objective of a configuration equals the recorded value or the recorded meaning. */
  private boolean agreesOnObjective(Config config) {
    Map<String, String> texts = texts(config);
    return texts.equals(texts(recipe)) || texts.equals(texts(presets));
  }

  /** Every key of a configuration's objective, with its value as text. */
  private static Map<String, String> texts(Config config) {
    Map<String, String> texts = new TreeMap<>();
    if (config.hasPath(OBJECTIVE)) {
      leaves(RedactedConfig.of(config).withOnlyPath(OBJECTIVE))
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

  /** A value as HOCON; null if there is none. */
  private static String text(ConfigValue value) {
    return value == null ? null : value.render(ConfigRenderOptions.concise());
  }

  /** Whether a key is in a list of keys and sections. */
  private static boolean among(List<String> keys, String key) {
    return keys.stream()
        .anyMatch(listed -> listed.endsWith(".") ? key.startsWith(listed) : key.equals(listed));
  }

  /** One configuration with another as fallback, without merging the keys of two objectives. */
  static Config over(Config above, Config below) {
    ConfigObject root = above.root();
    return above.withFallback(root.containsKey(OBJECTIVE) ? below.withoutPath(OBJECTIVE) : below);
  }
}
