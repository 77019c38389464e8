package org.palimpsest.cli.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.text.Names;

/**
 * Reads the cells of a study; one with a {@code grid} stands for every combination of its values.
 */
final class Cells {
  private static final List<String> KEYS = List.of("name", "set", "then", "grid", "baseline");

  private Cells() {}

  static List<Cell> from(List<? extends Config> definitions) {
    List<Cell> cells = new ArrayList<>();
    for (int k = 0; k < definitions.size(); k++) {
      cells.addAll(from("cells." + k, definitions.get(k)));
    }
    Set<String> slugs = new HashSet<>();
    for (Cell cell : cells) {
      if (!slugs.add(cell.slug())) {
        throw PalimpsestException.configuration(
            "Two cells of the study are named '" + cell.name() + "': give each a name of its own.");
      }
    }
    return cells;
  }

  private static List<Cell> from(String where, Config cell) {
    for (String key : cell.root().keySet()) {
      if (!KEYS.contains(key)) {
        throw PalimpsestException.configuration(
            "Key '" + where + "." + key + "' is unknown; " + Names.known(key, KEYS));
      }
    }
    if (!cell.hasPath("name")) {
      throw PalimpsestException.configuration(
          "Key '" + where + ".name' is missing: give the cell a name.");
    }
    Cell base =
        new Cell(
            cell.getString("name"),
            cell.hasPath("set") ? Cell.assignments(cell.getConfig("set")) : List.of(),
            cell.hasPath("then")
                ? Optional.of(Cell.assignments(cell.getConfig("then")))
                : Optional.empty(),
            baseline(where, cell));
    return cell.hasPath("grid") ? combinations(base, axes(where, cell)) : List.of(base);
  }

  private static Optional<String> baseline(String where, Config cell) {
    if (!cell.hasPath("baseline")) {
      return Optional.empty();
    }
    String name = cell.getString("baseline");
    if (!Cell.BASELINES.contains(name)) {
      throw PalimpsestException.configuration(
          "Key '" + where + ".baseline' is '" + name + "'; " + Names.known(name, Cell.BASELINES));
    }
    return Optional.of(name);
  }

  /** The values of each key, in alphabetical order of keys. */
  private static Map<String, ConfigList> axes(String where, Config cell) {
    Map<String, ConfigList> axes = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : cell.getConfig("grid").entrySet()) {
      String key = String.join(".", ConfigUtil.splitPath(entry.getKey()));
      if (entry.getValue().valueType() != ConfigValueType.LIST) {
        throw PalimpsestException.configuration(
            "Key '" + where + ".grid." + key + "' must be a list of values.");
      }
      axes.put(key, (ConfigList) entry.getValue());
    }
    return axes;
  }

  private static List<Cell> combinations(Cell base, Map<String, ConfigList> axes) {
    List<Cell> cells = List.of(base);
    for (Map.Entry<String, ConfigList> axis : axes.entrySet()) {
      List<Cell> next = new ArrayList<>();
      for (Cell cell : cells) {
        axis.getValue().forEach(value -> next.add(with(cell, axis.getKey(), value)));
      }
      cells = next;
    }
    return cells;
  }

  private static Cell with(Cell cell, String key, ConfigValue value) {
    String rendered = value.render(ConfigRenderOptions.concise());
    List<String> set = new ArrayList<>(cell.set());
    set.add(key + "=" + rendered);
    String last = key.substring(key.lastIndexOf('.') + 1).replace('-', ' ');
    String name = cell.name() + ", " + last + " " + value.unwrapped();
    return new Cell(name, set, cell.then(), cell.baseline());
  }
}
