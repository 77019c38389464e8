package org.palimpsest.corpus.read;

import java.util.List;
import java.util.Map;

/**
 * What a corpus was prepared from.
 *
 * @param settings settings of the first generation, by configuration key
 * @param generations the first preparation and all additions, in order
 */
public record Origin(Map<String, String> settings, List<Generation> generations) {
  public Origin {
    Manifest.require(settings != null, "it has no settings");
    generations = generations == null ? null : List.copyOf(generations);
  }
}
