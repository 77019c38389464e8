package org.palimpsest.training.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;

/**
 * The configuration of a run: a HOCON file, single assignments over it, and below both the defaults
 * that each module brings in its {@code reference.conf}. Unknown keys and wrong types are refused
 * when it is made. Immutable.
 *
 * <p>A run that resumes has one more layer, between what its user sets and the defaults: the values
 * that its checkpoint recorded ({@link #resumed}). They apply to every key but {@code run.*},
 * {@code checkpoint.path} and {@code training.time-limit}.
 */
public final class Recipe {
  private static final Pattern WHOLE_OBJECTIVE = Pattern.compile("\\s*objective\\s*[=:{]");

  /** A value that says where something lies, such as {@code s3a://bucket/corpus}. */
  private static final Pattern ADDRESS =
      Pattern.compile("(?<key>[^=]+)=(?<address>[a-z][a-z0-9+.-]*:/[^\\s,\"{}\\[\\]]*)");

  private final Config layers;
  private final Optional<Recorded> recorded;
  private final Config written;
  private final Config resolved;

  private Recipe(Config layers) {
    this(layers, Optional.empty());
  }

  /**
   * A recipe of layers.
   *
   * @param layers what the user sets
   * @param recorded what a checkpoint has below that; empty if none was looked for
   */
  private Recipe(Config layers, Optional<Recorded> recorded) {
    this.layers = layers;
    this.recorded = recorded;
    Config defaults = defaultValues();
    Recorded before = recorded.orElse(Recorded.NOTHING);
    try {
      RecipeCheck check = RecipeCheck.against(defaults.resolve());
      Config below = Recorded.over(before.values(check), defaults);
      this.written = Recorded.over(layers, below).resolve();
      check.accept(written);
      this.resolved = before.withPresets(written, explicit());
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
   * @throws PalimpsestException of kind CONFIGURATION in one sentence
   */
  public static Recipe load(Path file) {
    if (!Files.isRegularFile(file)) {
      throw PalimpsestException.configuration(
          "There is no recipe " + file + ": check the path given to --config.");
    }
    try {
      return new Recipe(
          ConfigFactory.parseFile(
              // A bare name has no folder in which an included file could be found.
              file.toAbsolutePath().toFile(),
              ConfigParseOptions.defaults().setAllowMissing(false)));
    } catch (ConfigException e) {
      throw unreadable(e);
    }
  }

  /** Reads a recipe from text, as a checkpoint keeps it. */
  public static Recipe parse(String text) {
    try {
      return new Recipe(ConfigFactory.parseString(text));
    } catch (ConfigException e) {
      throw unreadable(e);
    }
  }

  /** This recipe with assignments over it, each {@code key=value}; later ones win. */
  public Recipe with(List<String> assignments) {
    Config layered = layers;
    for (String assignment : assignments) {
      // HOCON would merge two objectives key by key into one that nobody meant.
      Config below =
          WHOLE_OBJECTIVE.matcher(assignment).lookingAt()
              ? layered.withoutPath("objective")
              : layered;
      layered = parsed(assignment).withFallback(below);
    }
    return new Recipe(layered, recorded);
  }

  /** This recipe with assignments over it, each {@code key=value}; later ones win. */
  public Recipe with(String... assignments) {
    return with(List.of(assignments));
  }

  /**
   * This recipe as its run resumes: a key that is set neither in a file nor by an assignment has
   * the value that the run's newest checkpoint recorded, and a preset means what it meant then.
   * Without a checkpoint, this recipe.
   */
  public Recipe resumed(Configuration hadoop) {
    return recorded.isPresent()
        ? this
        : new Checkpoints(checkpointPath(), hadoop)
            .newestWithRecipe()
            .map(this::resumedFrom)
            .orElse(this);
  }

  /** This recipe as a run resumes from a certain checkpoint. */
  public Recipe resumedFrom(Checkpoint checkpoint) {
    return new Recipe(layers, Optional.of(Recorded.in(checkpoint)));
  }

  /** This recipe as a run begins with it, whatever checkpoints there are. */
  public Recipe fromScratch() {
    return new Recipe(layers, Optional.of(Recorded.NOTHING));
  }

  /** HOCON would take what is behind the slashes for a comment. */
  private static String withQuotedAddress(String assignment) {
    Matcher address = ADDRESS.matcher(assignment);
    return address.matches()
        ? address.group("key") + "=" + ConfigUtil.quoteString(address.group("address"))
        : assignment;
  }

  private static Config parsed(String assignment) {
    if (assignment.indexOf('=') <= 0) {
      throw PalimpsestException.configuration(
          "'" + assignment + "' sets nothing: write --set key=value.");
    }
    try {
      return ConfigFactory.parseString(withQuotedAddress(assignment));
    } catch (ConfigException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CONFIGURATION,
          "'"
              + assignment
              + "' cannot be read as key=value: put a value with special characters in quotes.",
          e);
    }
  }

  /** Everything, defaults included; of a run that resumes, with what its presets meant. */
  public Config config() {
    return resolved;
  }

  /** One section: {@code corpus}, {@code training}, … */
  public Config section(String name) {
    return resolved.getConfig(name);
  }

  /** The run's directory. */
  public String directory() {
    return resolved.getString("run.directory");
  }

  /** Where the run's checkpoints lie: {@code checkpoint.path}, or {@code RUN/checkpoints}. */
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

  /** A whole number, at least 1, in a section. */
  public long count(String section, String key) {
    return new Section(section, section(section)).whole(key, 1);
  }

  /** A whole number, of any sign, in a section. */
  public long number(String section, String key) {
    return new Section(section, section(section)).whole(key, Long.MIN_VALUE);
  }

  /** What {@code objective} holds: a name, or a map; of a run that resumes, what it meant. */
  public Object objective() {
    return resolved.getAnyRef("objective");
  }

  /** The same as the user, or the default, wrote it when the run began. */
  public Object objectiveAsWritten() {
    return written.getAnyRef("objective");
  }

  /**
   * What {@code model.preset} and {@code objective} stand for, as a checkpoint keeps it.
   *
   * @param model the model of the recipe
   * @param objective every axis of the recipe's objective, as a configuration gives it
   */
  public byte[] presets(ModelSpec model, Map<String, Object> objective) {
    return Recorded.presets(model, objective);
  }

  /** Everything as it was written, as HOCON, sorted, with secrets blotted out. */
  public String resolved() {
    return Secrets.redacted(written)
        .root()
        .render(ConfigRenderOptions.concise().setFormatted(true).setJson(false));
  }

  /**
   * The first key, in alphabetical order, that is set explicitly to another value than the run of a
   * checkpoint began with.
   *
   * @param mayChange whether a key may have another value
   */
  public Optional<RecipeChange> changeSince(Checkpoint checkpoint, Predicate<String> mayChange) {
    return Recorded.in(checkpoint).change(explicit(), defaults().written, mayChange);
  }

  /** What is set in a file or by an assignment. */
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
