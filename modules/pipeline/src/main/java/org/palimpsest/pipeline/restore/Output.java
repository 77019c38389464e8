package org.palimpsest.pipeline.restore;

/** What a column that a model adds holds. */
public enum Output {
  TEXT("string"),
  SPANS("array<string>"),
  ALTERNATIVES("array<string>"),
  LOSS("double"),
  ERROR("string");

  private final String type;

  Output(String type) {
    this.type = type;
  }

  /** The type of the column in Spark SQL. */
  public String type() {
    return type;
  }
}
