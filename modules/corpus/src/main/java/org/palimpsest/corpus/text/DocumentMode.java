package org.palimpsest.corpus.text;

/** How text files are split into documents. */
public enum DocumentMode {
  /** One document per file. */
  FILE,
  /** One document per line. */
  LINE,
  /**
   * One document per paragraph; paragraphs are separated by blank lines, and line breaks within
   * become spaces.
   */
  PARAGRAPHS
}
