package org.palimpsest.corpus.source;

import static org.apache.spark.sql.functions.lit;

import java.util.Arrays;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.storage.Reason;

/**
 * A table, a view, or any other relation that Spark's catalog names, such as {@code
 * orc.`/data/texts`}. Each row is a document, as in a {@link DatasetSource}.
 */
public final class TableSource implements TextSource {
  /** Prefix of table names in {@code corpus.input}. */
  public static final String PREFIX = "table:";

  /** Opens the inputs that begin with {@value TableSource#PREFIX}. */
  static final class Factory implements TextSourceFactory {
    @Override
    public String prefix() {
      return "table";
    }

    @Override
    public TextSource open(String name, ReadingRules rules, SparkSession session) {
      return new TableSource(name, rules, session);
    }
  }

  private final String name;
  private final ReadingRules rules;
  private final DatasetSource rows;

  /**
   * Finds the table and its columns.
   *
   * @throws PalimpsestException of kind INPUT if the table does not exist; of kind CONFIGURATION if
   *     it lacks a column
   */
  public TableSource(String name, ReadingRules rules, SparkSession session) {
    this.name = name;
    this.rules = rules;
    Dataset<Row> table = table(session);
    Column text = column(table, rules.textField(), "corpus.text-field");
    requireText(table);
    Column id = rules.hasIdField() ? text(table, rules.idField(), "corpus.id-field") : lit("");
    Column[] read =
        rules.hasLanguageField()
            ? new Column[] {text, id, text(table, rules.languageField(), "corpus.language-field")}
            : new Column[] {text, id};
    rows = new DatasetSource(PREFIX + name, table.select(read), rules);
  }

  private Dataset<Row> table(SparkSession session) {
    try {
      return session.table(name);
    } catch (Exception e) {
      // Scala throws checked exceptions without declaring them.
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The table %s cannot be read: %s.".formatted(name, Reason.of(e)),
          e);
    }
  }

  private Column text(Dataset<Row> table, String column, String key) {
    return column(table, column, key).cast(DataTypes.StringType);
  }

  private Column column(Dataset<Row> table, String column, String key) {
    if (Arrays.asList(table.columns()).contains(column)) {
      return table.col("`" + column + "`");
    }
    throw PalimpsestException.configuration(
        "The table %s has no column '%s': set %s to one of %s."
            .formatted(name, column, key, String.join(", ", table.columns())));
  }

  private void requireText(Dataset<Row> table) {
    var type = table.schema().apply(rules.textField()).dataType();
    if (!type.equals(DataTypes.StringType)) {
      throw PalimpsestException.configuration(
          "The column '%s' of the table %s has type %s: set corpus.text-field to a column of type string."
              .formatted(rules.textField(), name, type.simpleString()));
    }
  }

  @Override
  public JavaRDD<Reading> read(SparkSession session) {
    return rows.read(session);
  }

  @Override
  public long bytes() {
    return rows.bytes();
  }
}
