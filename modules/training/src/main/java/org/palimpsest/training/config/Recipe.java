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
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;

/**
 * The configuration of a run: a HOCON file, single assignments over it, and below both the defaults
 * that each module brings in its {@code reference.conf}. Unknown keys and wrong types are refused
 * when it is made. Immutable.
 */
public final class Recipe {
  private static final Pattern WHOLE_OBJECTIVE = Pattern.compile("\\s*objective\\s*[=:{]");

  /** A value that says where something lies, such as {@code s3a://bucket/corpus}. */
  private static final Pattern ADDRESS =
      Pattern.compile("(?<key>[^=]+)=(?<address>[a-z][a-z0-9+.-]*:/[^\\s,\"{}\\[\\]]*)");

  private final Config layers;
  private final Config resolved;

  private Recipe(Config layers) {
    this.layers = layers;
    Config defaults = defaultValues();
    try {
      this.resolved = layers.withFallback(defaults).resolve();
      RecipeCheck.against(defaults.resolve()).accept(resolved);
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
              file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false)));
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
    return new Recipe(layered);
  }

  /** This recipe with assignments over it, each {@code key=value}; later ones win. */
  public Recipe with(String... assignments) {
    return with(List.of(assignments));
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

  /** Everything, defaults included. */
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

  /** What {@code objective} holds: a name, or a map. */
  public Object objective() {
    return resolved.getAnyRef("objective");
  }

  /** Everything as HOCON, sorted, with secrets blotted out. */
  public String resolved() {
    return Secrets.redacted(resolved)
        .root()
        .render(ConfigRenderOptions.concise().setFormatted(true).setJson(false));
  }

  /** Every key with its value as text, secrets blotted out; for comparisons. */
  public Map<String, String> leaves() {
    return leaves(resolved());
  }

  /** The same for what {@link #resolved()} once said, whatever keys were known then. */
  public static Map<String, String> leaves(String resolvedText) {
    Map<String, String> leaves = new TreeMap<>();
    RecipeCheck.leaves(
        "",
        ConfigFactory.parseString(resolvedText).root(),
        (key, value) -> leaves.put(key, value.render(ConfigRenderOptions.concise())));
    return leaves;
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
