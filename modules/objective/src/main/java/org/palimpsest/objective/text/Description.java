package org.palimpsest.objective.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.palimpsest.objective.preset.ObjectiveSection;

/** The form in which a configuration gives a value: what {@link ObjectiveSection} reads. */
public final class Description {
  private Description() {}

  /** A map of alternating keys and values, in this order. */
  public static Map<String, Object> of(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int at = 0; at < keysAndValues.length; at += 2) {
      map.put((String) keysAndValues[at], keysAndValues[at + 1]);
    }
    return Collections.unmodifiableMap(map);
  }

  /**
   * A description with some of its values replaced. Sections are merged key by key, unless the new
   * one is of another kind, which has other keys.
   */
  public static Map<String, Object> with(Map<?, ?> base, Map<?, ?> changes) {
    Map<String, Object> merged = new LinkedHashMap<>();
    base.forEach((key, value) -> merged.put(key.toString(), value));
    changes.forEach(
        (key, value) -> merged.merge(key.toString(), value, Description::replacedOrMerged));
    return merged;
  }

  private static Object replacedOrMerged(Object old, Object changed) {
    if (old instanceof Map<?, ?> before && changed instanceof Map<?, ?> after) {
      boolean sameKind = !after.containsKey("kind") || after.get("kind").equals(before.get("kind"));
      return sameKind ? with(before, after) : after;
    }
    return changed;
  }
}
