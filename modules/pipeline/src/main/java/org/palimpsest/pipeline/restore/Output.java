package org.palimpsest.pipeline.restore;

/** What a column that a model adds holds. */
public enum Output {
  TEXT("string"),
  SPANS("array<string>"),
  ALTERNATIVES("array<string>"),
  EMBEDDING("array<float>"),
  LOSS("double"),
  ERROR("string");

  private final String type;

  Output(String type) {
    this.type = type;
  }

  /** Whether a text must be restored for it. */
  boolean isOfRestoring() {
    return this == TEXT || this == SPANS || this == ALTERNATIVES;
  }

  /** The type of the column in Spark SQL. */
  public String type() {
    return type;
  }
}
