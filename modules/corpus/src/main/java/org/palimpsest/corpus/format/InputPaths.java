package org.palimpsest.corpus.format;

import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.corpus.text.Input;

/**
 * The names, weights, and languages of the configured input paths.
 *
 * @param names name of each folder, by its path
 * @param weights weight of each path
 * @param languages language of each path that has one
 */
public record InputPaths(
    Map<String, String> names, Map<String, Double> weights, Map<String, String> languages) {
  private static final String NAME = "palimpsest.corpus.name.";
  private static final String WEIGHT = "palimpsest.corpus.weight.";
  private static final String LANGUAGE = "palimpsest.corpus.language.";

  public static InputPaths none() {
    return new InputPaths(new HashMap<>(), new HashMap<>(), new HashMap<>());
  }

  /** Stores the paths in a Hadoop configuration for the tasks. */
  public void storeIn(Configuration hadoop) {
    names.forEach((folder, name) -> hadoop.set(NAME + name, folder));
    int index = 0;
    for (Map.Entry<String, String> language : languages.entrySet()) {
      hadoop.set(LANGUAGE + index++, language.getValue() + " " + language.getKey());
    }
    if (languages.isEmpty() && weights.values().stream().allMatch(weight -> weight == 1)) {
      return;
    }
    for (Map.Entry<String, Double> weight : weights.entrySet()) {
      hadoop.set(WEIGHT + index++, weight.getValue() + " " + weight.getKey());
    }
  }

  /** Reads the paths that the driver stored. */
  static InputPaths of(Configuration hadoop) {
    InputPaths paths = none();
    hadoop.getPropsWithPrefix(NAME).forEach((name, folder) -> paths.names.put(folder, name));
    for (String entry : hadoop.getPropsWithPrefix(WEIGHT).values()) {
      int space = entry.indexOf(' ');
      paths.weights.put(entry.substring(space + 1), Double.valueOf(entry.substring(0, space)));
    }
    for (String entry : hadoop.getPropsWithPrefix(LANGUAGE).values()) {
      int space = entry.indexOf(' ');
      paths.languages.put(entry.substring(space + 1), entry.substring(0, space));
    }
    return paths;
  }

  /**
   * Adds a path.
   *
   * @param folder from which the names of its files are counted
   */
  public void add(Path path, Path folder, Input input) {
    weights.put(path.toString(), input.weight());
    if (!input.language().isEmpty()) {
      languages.put(path.toString(), input.language());
    }
    if (names.containsKey(folder.toString())) {
      return;
    }
    String name = folder.getName();
    for (int i = 2; names.containsValue(name); i++) {
      name = folder.getName() + "~" + i;
    }
    names.put(folder.toString(), name);
  }

  /** Returns whether another configured path contains this one. */
  public boolean isInsideAnother(Path path) {
    for (Path above = path.getParent(); above != null; above = above.getParent()) {
      if (weights.containsKey(above.toString())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the path relative to the innermost configured folder, prefixed with that folder's name.
   */
  String nameOf(Path file) {
    for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
      String name = names.get(folder.toString());
      if (name != null) {
        return name + file.toString().substring(folder.toString().length());
      }
    }
    return file.toString();
  }

  /** Returns the weight of the innermost configured path that contains the file. */
  public double weightOf(Path file) {
    for (Path path = file; path != null; path = path.getParent()) {
      Double weight = weights.get(path.toString());
      if (weight != null) {
        return weight;
      }
    }
    return 1;
  }

  /** Returns the language of the innermost configured path that contains the file. */
  String languageOf(Path file) {
    for (Path path = file; path != null; path = path.getParent()) {
      if (weights.containsKey(path.toString())) {
        return languages.getOrDefault(path.toString(), "");
      }
    }
    return "";
  }
}
