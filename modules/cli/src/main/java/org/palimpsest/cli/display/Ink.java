package org.palimpsest.cli.display;

/** The colours of a terminal, or none: text that goes to a file stays plain. */
public enum Ink {
  /** Text as it is. */
  PLAIN,
  /** ANSI escape sequences. */
  COLOUR;

  private static final String ESCAPE = "\u001b[";

  /** What is there as it was. */
  public String faint(String text) {
    return paint("2", text);
  }

  /** What stands in for lost text: masks, sentinels, replaced tokens. */
  public String damage(String text) {
    return paint("1;31", text);
  }

  /** What has to be restored. */
  public String restored(String text) {
    return paint("1;32", text);
  }

  /** What only stands elsewhere. */
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
