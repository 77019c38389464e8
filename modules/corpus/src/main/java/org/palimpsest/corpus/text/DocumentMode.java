package org.palimpsest.corpus.text;

/** What a document of a text file is. */
public enum DocumentMode {
  /** The whole file. */
  FILE,
  /** A line. */
  LINE,
  /** Lines between blank lines; the line breaks inside are layout and become spaces. */
  PARAGRAPHS
}
