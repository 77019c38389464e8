package org.palimpsest.training.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;

/**
 * The configuration of a run. Its layers are, from highest to lowest precedence, single
 * assignments, a HOCON file, and the defaults in each module's {@code reference.conf}. Unknown keys
 * and values of the wrong type are rejected when a recipe is created. Immutable.
 *
 * <p>A run that resumes has one more layer, between the file and the defaults: the values that its
 * checkpoint recorded ({@link #resumed}). They apply to every key except {@code run.*}, {@code
 * checkpoint.path} and {@code training.time-limit}.
 */
public final class Recipe {
  private final Config layers;
  private final Optional<Recorded> recorded;
  private final Config written;
  private final Config resolved;

  private Recipe(Config layers) {
    this(layers, Optional.empty());
  }

  /**
   * Creates a recipe from its layers.
   *
   * @param layers values that the user sets
   * @param recorded values of a checkpoint, with lower precedence; empty if no checkpoint was
   *     searched
   */
  private Recipe(Config layers, Optional<Recorded> recorded) {
    this.layers = layers;
    this.recorded = recorded;
    Config defaults = defaultValues();
    Recorded recordedValues = recorded.orElse(Recorded.NOTHING);
    try {
      RecipeCheck check = RecipeCheck.against(defaults.resolve());
      Config below = Recorded.over(recordedValues.values(check), defaults);
      this.written = Recorded.over(layers, below).resolve();
      check.accept(written);
      this.resolved = recordedValues.withPresets(written, explicit());
    } catch (ConfigException e) {
      throw unreadable(e);
    }
  }

  /** The defaults alone. */
  public static Recipe defaults() {
    return new Recipe(ConfigFactory.empty());
  }

  /**
   * Reads a recipe.
   *
   * @param file HOCON on the local file system
   * @throws PalimpsestException of kind CONFIGURATION if the file is missing or is not a valid
   *     recipe
   */
  public static Recipe load(Path file) {
    if (!Files.isRegularFile(file)) {
      throw PalimpsestException.configuration(
          "The recipe " + file + " does not exist: check the path after --config.");
    }
    try {
      return new Recipe(
          ConfigFactory.parseFile(
              // An absolute path, because included files are searched in the folder of the recipe.
              file.toAbsolutePath().toFile(),
              ConfigParseOptions.defaults().setAllowMissing(false)));
    } catch (ConfigException e) {
      throw unreadable(e);
    }
  }

  /**
   * Reads a recipe that is text instead of a file.
   *
   * @param hocon HOCON that the user wrote
   * @throws PalimpsestException of kind CONFIGURATION if it is not a valid recipe
   */
  public static Recipe of(String hocon) {
    try {
      return new Recipe(ConfigFactory.parseString(hocon));
    } catch (ConfigException e) {
      throw unreadable(e);
    }
  }

  /**
   * Reads a recipe as {@link #resolved} returns it and a checkpoint holds it.
   *
   * @throws PalimpsestException of kind INPUT if the text includes a file, or refers to a variable:
   *     the text of others is data
   */
  public static Recipe parse(String text) {
    return new Recipe(ForeignConfig.parse(text, "The recorded recipe"));
  }

  /**
   * This recipe with some keys set. For example, {@code with("training.workers=2")} sets the number
   * of workers. Of two assignments of a key, the later one wins.
   */
  public Recipe with(List<String> assignments) {
    Config layered = layers;
    for (String assignment : assignments) {
      layered = Assignment.over(layered, assignment);
    }
    return new Recipe(layered, recorded);
  }

  /** As {@link #with(List)}. */
  public Recipe with(String... assignments) {
    return with(List.of(assignments));
  }

  /**
   * This recipe for a run that may resume. A key that neither a file nor an assignment sets has the
   * value that the run's newest checkpoint recorded, and a preset has its recorded meaning. Without
   * a checkpoint, this is the recipe itself.
   */
  public Recipe resumed(Configuration hadoop) {
    return recorded.isPresent()
        ? this
        : new Checkpoints(checkpointPath(), hadoop)
            .newestWithRecipe()
            .map(this::resumedFrom)
            .orElse(this);
  }

  /** This recipe for a run that resumes from the given checkpoint. */
  public Recipe resumedFrom(Checkpoint checkpoint) {
    return new Recipe(layers, Optional.of(Recorded.in(checkpoint)));
  }

  /** Whether this recipe has the recorded values of a checkpoint. */
  public boolean isResumed() {
    return recorded.filter(values -> !values.equals(Recorded.NOTHING)).isPresent();
  }

  /** Whether the user sets a key in a file or by an assignment. */
  public boolean sets(String key) {
    return layers.hasPathOrNull(key);
  }

  /** This recipe for a new run, which ignores existing checkpoints. */
  public Recipe fromScratch() {
    return new Recipe(layers, Optional.of(Recorded.NOTHING));
  }

  /** All keys, defaults included. For a run that resumes, presets have their recorded meaning. */
  public Config config() {
    return resolved;
  }

  /** One section, such as {@code corpus} or {@code training}. */
  public Config section(String name) {
    return resolved.getConfig(name);
  }

  /** The run's directory. */
  public String directory() {
    return resolved.getString("run.directory");
  }

  /** Folder of the run's checkpoints: {@code checkpoint.path}, or {@code RUN/checkpoints}. */
  public org.apache.hadoop.fs.Path checkpointPath() {
    return new Section("checkpoint", section("checkpoint"))
        .optionalText("path")
        .map(org.apache.hadoop.fs.Path::new)
        .orElseGet(() -> new org.apache.hadoop.fs.Path(directory(), "checkpoints"));
  }

  /** The run's seed. */
  public long seed() {
    return new Section("", resolved).whole("seed", Long.MIN_VALUE);
  }

  /** The value of a key, a whole number of at least 1. */
  public long count(String section, String key) {
    return new Section(section, section(section)).whole(key, 1);
  }

  /** The value of a key, a whole number of any sign. */
  public long number(String section, String key) {
    return new Section(section, section(section)).whole(key, Long.MIN_VALUE);
  }

  /**
   * The value of {@code objective}: a name, or a map. For a run that resumes, its recorded meaning.
   */
  public Object objective() {
    return resolved.getAnyRef("objective");
  }

  /** The value of {@code objective} as the user or the default wrote it when the run started. */
  public Object objectiveAsWritten() {
    return written.getAnyRef("objective");
  }

  /**
   * The meaning of {@code model.preset} and {@code objective}, for a checkpoint.
   *
   * @param model the model of the recipe
   * @param objective every setting of the recipe's objective, as in a configuration
   */
  public byte[] presets(ModelSpec model, Map<String, Object> objective) {
    return Recorded.presets(model, objective);
  }

  /** All keys as written, as HOCON, sorted, with secrets redacted. */
  public String resolved() {
    return RedactedConfig.of(written)
        .root()
        .render(ConfigRenderOptions.concise().setFormatted(true).setJson(false));
  }

  /**
   * The first key, in alphabetical order, whose explicit value differs from the one that the run of
   * a checkpoint started with.
   *
   * @param mayChange whether a key may have another value
   */
  public Optional<RecipeChange> changeSince(Checkpoint checkpoint, Predicate<String> mayChange) {
    return Recorded.in(checkpoint).change(explicit(), defaults().written, mayChange);
  }

  /**
   * Checks a key that may be an address.
   *
   * @throws PalimpsestException of kind CONFIGURATION if the run began with an address that holds a
   *     secret, which no checkpoint records, and it is not set again
   */
  public void requireSecretOf(String key) {
    if (!explicit().hasPath(key)
        && recorded.filter(values -> values.lacksSecret(key)).isPresent()) {
      throw PalimpsestException.configuration(
          key
              + " held a secret when the run began, which its checkpoints do not record: set it"
              + " again.");
    }
  }

  /** The values that a file or an assignment sets. */
  private Config explicit() {
    return layers.resolveWith(written);
  }

  private static Config defaultValues() {
    return ConfigFactory.defaultReferenceUnresolved(Recipe.class.getClassLoader());
  }

  private static PalimpsestException unreadable(ConfigException e) {
    return new PalimpsestException(
        PalimpsestException.Kind.CONFIGURATION,
        "The recipe cannot be read: " + firstLine(e) + ".",
        e);
  }

  private static String firstLine(ConfigException e) {
    String line = e.getMessage().lines().findFirst().orElse("").strip();
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }
}
