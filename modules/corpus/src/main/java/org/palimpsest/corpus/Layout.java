package org.palimpsest.corpus;

/** The names inside the folder of a corpus. */
final class Layout {
  static final String TOKENIZER = "tokenizer.json";
  static final String TRAINING = "training";
  static final String VALIDATION = "validation";
  static final String REJECTED = "rejected";

  private Layout() {}
}
