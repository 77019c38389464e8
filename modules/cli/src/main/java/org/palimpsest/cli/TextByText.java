package org.palimpsest.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.palimpsest.base.PalimpsestException;

/**
 * Uses many texts: one that cannot be used is reported, and the others go on. Every text has a
 * result, so that results and texts can be counted together.
 */
final class TextByText {
  private final Console console;
  private final Consumer<String> use;
  private final Consumer<String> nothing;
  private int number;
  private int unusable;
  private int used;

  /**
   * Uses texts.
   *
   * @param use prints the result of a text
   * @param nothing prints what stands in the place of a result, and takes the reason
   */
  TextByText(Console console, Consumer<String> use, Consumer<String> nothing) {
    this.console = console;
    this.use = use;
    this.nothing = nothing;
  }

  /**
   * Uses the texts, or if there are none, the lines of standard input.
   *
   * @return the exit code: that of unusable input if no text could be used
   */
  int use(List<String> texts) {
    if (texts.isEmpty()) {
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
          .lines()
          .forEach(this::use);
    } else {
      texts.forEach(this::use);
    }
    return used == 0 && unusable > 0 ? PalimpsestException.Kind.INPUT.exitCode() : 0;
  }

  private void use(String text) {
    number++;
    if (text.isBlank()) {
      nothing.accept("The text is empty.");
      return;
    }
    try {
      use.accept(text);
      used++;
    } catch (PalimpsestException e) {
      if (e.kind() != PalimpsestException.Kind.INPUT) {
        throw e;
      }
      unusable++;
      console.warn("Text " + number + ": " + e.getMessage());
      nothing.accept(e.getMessage());
    }
  }
}
