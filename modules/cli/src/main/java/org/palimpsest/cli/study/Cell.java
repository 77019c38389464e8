package org.palimpsest.cli.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One training of a study, or a baseline.
 *
 * @param name unique in its study
 * @param set assignments over the recipe that all cells share
 * @param then assignments for a second training that begins from the first one's model; empty for
 *     none
 * @param baseline what is measured without training: {@code copy}, {@code dictionary}; empty for a
 *     training
 */
public record Cell(
    String name, List<String> set, Optional<List<String>> then, Optional<String> baseline) {
  /** Names of baselines. */
  static final List<String> BASELINES = List.of("copy", "dictionary");

  public Cell {
    set = List.copyOf(set);
    then = then.map(List::copyOf);
  }

  /** The name as a part of file names. */
  public String slug() {
    return name.toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}.]+", "-")
        .replaceAll("^-|-$", "");
  }

  /** Assignments of a section, one for each key at its top. */
  static List<String> assignments(Config section) {
    List<String> assignments = new ArrayList<>();
    for (Map.Entry<String, ConfigValue> entry : section.root().entrySet()) {
      String value = entry.getValue().render(ConfigRenderOptions.concise());
      assignments.add(entry.getKey() + "=" + value);
    }
    return assignments.stream().sorted().toList();
  }
}
