package org.palimpsest.objective.errors;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.text.Names;

/**
 * The confusion tables in this jar: {@code keyboards/*.layout}, of which the neighbors of each key
 * are computed, and {@code confusions/*.table}.
 */
final class BuiltInTables {
  static final List<String> KEYBOARDS = List.of("qwerty", "qwertz", "azerty", "jcuken");

  private BuiltInTables() {}

  /**
   * The neighbors of the keys of a layout.
   *
   * @throws PalimpsestException of kind CONFIGURATION if there is no such layout
   */
  static ConfusionTable keyboard(String layout) {
    if (!KEYBOARDS.contains(layout)) {
      throw unknown("keyboard layout", layout, KEYBOARDS);
    }
    String place = "keyboards/" + layout + ".layout";
    return new KeyboardLayout(lines(place), place).neighbors();
  }

  /** A table of this jar. */
  static ConfusionTable named(String name, ConfusionTable.Letters letters) {
    String place = "confusions/" + name + ".table";
    return new ConfusionTable(lines(place), letters, place);
  }

  static PalimpsestException unknown(String what, String name, List<String> known) {
    return PalimpsestException.configuration(
        "The " + what + " '" + name + "' is unknown; " + Names.known(name, known));
  }

  private static List<String> lines(String name) {
    try (InputStream in = BuiltInTables.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
