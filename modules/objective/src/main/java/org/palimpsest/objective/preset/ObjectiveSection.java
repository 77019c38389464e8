package org.palimpsest.objective.preset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.base.Section;
import org.palimpsest.objective.text.Names;

/**
 * One section of an objective in a recipe. Keys that no method has read are refused by name, so a
 * misspelled key never passes.
 */
public final class ObjectiveSection {
  private final String path;
  private final Map<?, ?> values;
  private final Set<String> known = new TreeSet<>();

  /**
   * @param path where it stands, for messages; empty at the top
   */
  ObjectiveSection(String path, Map<?, ?> values) {
    this.path = path;
    this.values = values;
  }

  private String key(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Whether the key is given; it is known from now on. */
  public boolean has(String name) {
    known.add(name);
    return values.get(name) != null;
  }

  /** The text under a key, or {@code absent}. */
  public String text(String name, String absent) {
    return has(name) ? values.get(name).toString() : absent;
  }

  /** A text that must be there. */
  public String text(String name) {
    if (!has(name)) {
      throw PalimpsestException.configuration(
          "The objective lacks " + key(name) + "; see 'palimpsest objectives' for examples.");
    }
    return values.get(name).toString();
  }

  /** The number under a key, or {@code absent}. */
  public double number(String name, double absent) {
    if (!has(name)) {
      return absent;
    }
    Object value = values.get(name);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    try {
      return Double.parseDouble(value.toString());
    } catch (NumberFormatException e) {
      throw wrong(name, "a number");
    }
  }

  /** The integer under a key, or {@code absent}. */
  public int integer(String name, int absent) {
    double number = number(name, absent);
    if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
      throw wrong(name, "an integer");
    }
    return (int) number;
  }

  /** One of two constants, for a key that is true or false. */
  public <T> T flag(String name, T off, T on, T absent) {
    String value = text(name, null);
    if (value == null) {
      return absent;
    }
    if (value.equals("true")) {
      return on;
    }
    if (value.equals("false")) {
      return off;
    }
    throw wrong(name, "true or false");
  }

  /** The constant whose kebab-case name is under a key, or {@code absent}. */
  public <E extends Enum<E>> E choice(String name, E absent) {
    String value = text(name, null);
    if (value == null) {
      return absent;
    }
    E[] constants = absent.getDeclaringClass().getEnumConstants();
    for (E constant : constants) {
      if (Section.kebab(constant).equals(value)) {
        return constant;
      }
    }
    throw unknown("value", name, value, Arrays.stream(constants).map(Section::kebab).toList());
  }

  /** The section under this key, empty if it is absent. */
  ObjectiveSection section(String name) {
    if (!has(name)) {
      return new ObjectiveSection(key(name), Map.of());
    }
    return asSection(key(name), values.get(name));
  }

  /** The elements of a list; none if it is absent. */
  List<Object> elements(String name) {
    if (!has(name)) {
      return List.of();
    }
    if (values.get(name) instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    throw wrong(name, "a list");
  }

  /** The sections of a list. */
  List<ObjectiveSection> sections(String name) {
    List<ObjectiveSection> sections = new ArrayList<>();
    for (Object element : elements(name)) {
      sections.add(asSection(key(name), element));
    }
    return sections;
  }

  /** The texts of a list; none if it is absent. */
  public List<String> texts(String name) {
    return elements(name).stream().map(Object::toString).toList();
  }

  /** The value as it is, or null. */
  Object value(String name) {
    known.add(name);
    return values.get(name);
  }

  static ObjectiveSection asSection(String path, Object value) {
    if (value instanceof Map<?, ?> map) {
      return new ObjectiveSection(path, map);
    }
    if (value instanceof String kind) {
      return new ObjectiveSection(path, Map.of("kind", kind));
    }
    throw PalimpsestException.configuration(
        "Objective key '" + path + "' must be a section in braces, but is '" + value + "'.");
  }

  /** Refuses a kind that is none of these. */
  PalimpsestException unknownKind(String kind, List<String> kinds) {
    return unknown("kind", "kind", kind, kinds);
  }

  private PalimpsestException unknown(String what, String name, String given, List<String> all) {
    return PalimpsestException.configuration(
        "Objective key '"
            + key(name)
            + "' has the unknown "
            + what
            + " '"
            + Secrets.shown(name, given)
            + "'; "
            + Names.known(given, all));
  }

  /** Call this when all keys were read: refuses the other keys by name. */
  void finish() {
    for (Object key : values.keySet()) {
      if (!known.contains(key.toString())) {
        throw PalimpsestException.configuration(
            "Objective key '"
                + key(key.toString())
                + "' is unknown; "
                + Names.known(key.toString(), known));
      }
    }
  }

  private PalimpsestException wrong(String name, String expected) {
    return PalimpsestException.configuration(
        "Objective key '"
            + key(name)
            + "' must be "
            + expected
            + ", but is '"
            + Secrets.shown(name, values.get(name))
            + "'.");
  }
}
