package org.palimpsest.corpus.format;

import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What is known of the paths that were given: the names of their folders, and the weights of those
 * that have one.
 *
 * @param names by folder
 * @param weights by path
 */
public record GivenPaths(Map<String, String> names, Map<String, Double> weights) {
  private static final String NAME = "palimpsest.corpus.name.";
  private static final String WEIGHT = "palimpsest.corpus.weight.";

  public static GivenPaths none() {
    return new GivenPaths(new HashMap<>(), new HashMap<>());
  }

  /** Leaves them for the tasks. */
  public void leaveIn(Configuration hadoop) {
    names.forEach((folder, name) -> hadoop.set(NAME + name, folder));
    if (weights.values().stream().allMatch(weight -> weight == 1)) {
      return;
    }
    int index = 0;
    for (Map.Entry<String, Double> weight : weights.entrySet()) {
      hadoop.set(WEIGHT + index++, weight.getValue() + " " + weight.getKey());
    }
  }

  /** As a driver left them. */
  static GivenPaths of(Configuration hadoop) {
    GivenPaths given = none();
    hadoop.getPropsWithPrefix(NAME).forEach((name, folder) -> given.names.put(folder, name));
    for (String entry : hadoop.getPropsWithPrefix(WEIGHT).values()) {
      int space = entry.indexOf(' ');
      given.weights.put(entry.substring(space + 1), Double.valueOf(entry.substring(0, space)));
    }
    return given;
  }

  public void add(Path path, Path folder, double weight) {
    weights.put(path.toString(), weight);
    if (names.containsKey(folder.toString())) {
      return;
    }
    String name = folder.getName();
    for (int i = 2; names.containsValue(name); i++) {
      name = folder.getName() + "~" + i;
    }
    names.put(folder.toString(), name);
  }

  /** Whether the path lies inside another one that was given, and is read with it. */
  public boolean isInsideAnother(Path path) {
    for (Path above = path.getParent(); above != null; above = above.getParent()) {
      if (weights.containsKey(above.toString())) {
        return true;
      }
    }
    return false;
  }

  /** The path from the innermost given folder on, with that folder's name in front. */
  String nameOf(Path file) {
    for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
      String name = names.get(folder.toString());
      if (name != null) {
        return name + file.toString().substring(folder.toString().length());
      }
    }
    return file.toString();
  }

  /** The weight of the innermost given path that the file lies in. */
  public double weightOf(Path file) {
    for (Path path = file; path != null; path = path.getParent()) {
      Double weight = weights.get(path.toString());
      if (weight != null) {
        return weight;
      }
    }
    return 1;
  }
}
