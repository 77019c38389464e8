package org.palimpsest.pipeline.corrupt;

/** What a column of corrupted examples holds. */
public enum CorruptedColumn {
  SOURCE("string"),
  TARGET("string"),
  SOURCE_IDS("array<int>"),
  TARGET_IDS("array<int>"),
  ROLES("array<int>"),
  LOST_TOKENS("int"),
  HTML("string");

  private final String type;

  CorruptedColumn(String type) {
    this.type = type;
  }

  /** The type of the column in Spark SQL. */
  public String type() {
    return type;
  }
}
