package org.palimpsest.cli.display;

import org.palimpsest.evaluation.inference.Correction;

/** Styles of text: ANSI colors on a terminal, plain text in a file. */
public enum AnsiStyle implements Correction.Marks {
  /** Text without escape sequences. */
  PLAIN,
  /** Text with ANSI escape sequences. */
  ANSI;

  private static final String ESCAPE = "\u001b[";

  /** Text that the noise did not change. */
  public String faint(String text) {
    return paint("2", text);
  }

  /** Text that replaces corrupted tokens: masks, sentinels, random tokens. */
  public String corrupted(String text) {
    return paint("1;31", text);
  }

  /** Text that the model has to restore. */
  public String restored(String text) {
    return paint("1;32", text);
  }

  /** Text that was moved. */
  public String moved(String text) {
    return paint("36", text);
  }

  /** Text that a correction left out, as {@code git diff --word-diff} marks it. */
  @Override
  public String removed(String text) {
    return this == PLAIN ? "[-" + text + "-]" : paint("9;31", text);
  }

  /** Text that a correction put in. */
  @Override
  public String added(String text) {
    return this == PLAIN ? "{+" + text + "+}" : paint("1;32", text);
  }

  /** Titles. */
  public String strong(String text) {
    return paint("1", text);
  }

  private String paint(String code, String text) {
    return this == PLAIN || text.isEmpty() ? text : ESCAPE + code + "m" + text + ESCAPE + "0m";
  }
}
