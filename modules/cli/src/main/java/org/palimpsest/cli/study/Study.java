package org.palimpsest.cli.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.evaluation.measure.Measure;
import org.palimpsest.evaluation.measure.Measures;
import org.palimpsest.objective.text.Names;

/**
 * The definition of a study: a question, a recipe, cells that change it, and what is measured of
 * each.
 *
 * @param name of the file without {@code .conf}
 * @param text what the study asks
 * @param recipe that all cells share, as HOCON
 * @param seeds every cell is trained once with each
 * @param cells trainings and baselines
 * @param measures what is measured of each
 * @param plots names of figures to plot, in this order
 */
public record Study(
    String name,
    Text text,
    String recipe,
    List<Long> seeds,
    List<Cell> cells,
    List<Staged> measures,
    List<String> plots) {
  private static final String SUFFIX = ".conf";
  private static final List<String> KEYS =
      List.of("title", "question", "recipe", "seeds", "cells", "measures", "plots", "shared");

  /** What a reader needs to know. */
  public record Text(String title, String question) {}

  /** Which model of a cell is measured. */
  public enum Stage {
    /** That of the first training. */
    FIRST,
    /** That of the last training. */
    LAST
  }

  /**
   * A measure and the model that it is taken of.
   *
   * @param definition of the measure, as HOCON
   */
  public record Staged(Measure measure, Stage stage, String definition) {}

  /**
   * Reads a study.
   *
   * @param name of one in the folder, or a path to a file that ends with {@code .conf}
   * @param folder of the studies
   * @param changes assignments over the keys of the file: {@code seeds=[1]}
   * @throws PalimpsestException of kind CONFIGURATION if there is none; the message lists those
   *     there are
   */
  public static Study load(String name, Path folder, List<String> changes) {
    Path file = name.endsWith(SUFFIX) ? Path.of(name) : folder.resolve(name + SUFFIX);
    if (!Files.isRegularFile(file)) {
      List<String> known = names(folder);
      throw PalimpsestException.configuration(
          name.endsWith(SUFFIX)
              ? "The study " + name + " does not exist: check the path."
              : "The study '" + name + "' is unknown; " + Names.known(name, known));
    }
    try {
      Config config =
          ConfigFactory.parseString(String.join("\n", changes))
              .withFallback(
                  ConfigFactory.parseFile(
                      file.toAbsolutePath().toFile(),
                      ConfigParseOptions.defaults().setAllowMissing(false)))
              .resolve();
      return from(file.getFileName().toString().replace(SUFFIX, ""), config);
    } catch (ConfigException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CONFIGURATION,
          "The study " + file + " cannot be read: " + firstLine(e) + ".",
          e);
    }
  }

  private static String firstLine(ConfigException e) {
    String line = e.getMessage().lines().findFirst().orElse("").strip();
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }

  /** Names of the studies in a folder, in alphabetical order. */
  public static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(SUFFIX))
          .map(file -> file.substring(0, file.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  static Study from(String name, Config config) {
    for (String key : config.root().keySet()) {
      if (!KEYS.contains(key)) {
        throw PalimpsestException.configuration(
            "Key '" + key + "' of the study " + name + " is unknown; " + Names.known(key, KEYS));
      }
    }
    requireSome(name, config, "seeds", "cells", "measures");
    return new Study(
        name,
        new Text(config.getString("title"), config.getString("question")),
        config.getConfig("recipe").root().render(ConfigRenderOptions.concise()),
        List.copyOf(config.getLongList("seeds")),
        Cells.from(config.getConfigList("cells")),
        measures(config.getConfigList("measures")),
        List.copyOf(config.getStringList("plots")));
  }

  private static void requireSome(String name, Config config, String... lists) {
    for (String key : lists) {
      if (config.getList(key).isEmpty()) {
        throw PalimpsestException.configuration(
            "Key '" + key + "' of the study " + name + " is empty: list at least one.");
      }
    }
  }

  private static List<Staged> measures(List<? extends Config> definitions) {
    List<Staged> measures = new ArrayList<>();
    for (int k = 0; k < definitions.size(); k++) {
      String where = "measures." + k;
      Config one = definitions.get(k);
      Stage stage =
          one.hasPath("stage") ? new Section(where, one).choice("stage", Stage.class) : Stage.LAST;
      String definition = one.root().render(ConfigRenderOptions.concise());
      measures.add(new Staged(Measures.parse(where, one), stage, definition));
    }
    return measures;
  }

  /** This study with other seeds. */
  public Study withSeeds(List<Long> others) {
    return new Study(name, text, recipe, List.copyOf(others), cells, measures, plots);
  }

  /** How often something is trained or measured; a baseline is measured once. */
  public int size() {
    return cells.stream().mapToInt(cell -> seeds(cell).size()).sum();
  }

  /** The seeds of a cell; a baseline depends on none. */
  public List<Long> seeds(Cell cell) {
    return cell.baseline().isPresent() ? seeds.subList(0, 1) : seeds;
  }
}
