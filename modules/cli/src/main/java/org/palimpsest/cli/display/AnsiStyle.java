package org.palimpsest.cli.display;

/** Styles of text: ANSI colors on a terminal, plain text in a file. */
public enum AnsiStyle {
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

  /** Titles. */
  public String strong(String text) {
    return paint("1", text);
  }

  private String paint(String code, String text) {
    return this == PLAIN || text.isEmpty() ? text : ESCAPE + code + "m" + text + ESCAPE + "0m";
  }
}
