package org.palimpsest.corpus.source;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.sum;

import java.nio.charset.StandardCharsets;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.corpus.text.ReadingRules;
import org.palimpsest.corpus.text.RecordText;
import org.palimpsest.corpus.text.Rejection;

/**
 * The rows of a Spark SQL data set. Each row is a document. Data sets have no order: without ids,
 * the key of a row is a hash of its text, so rows with equal text have equal ids and are adjacent
 * in the corpus.
 */
public final class DatasetSource implements TextSource {
  private final String name;
  private final ReadingRules rules;
  private final Dataset<Row> rows;

  /**
   * Creates a source.
   *
   * @param name the name of the source in the ids of its documents
   * @param rows columns of type string: the text, the id (any text if the rules name no column of
   *     ids), and the language if the rules name a column of languages
   * @param rules what a document is; messages name its columns
   */
  public DatasetSource(String name, Dataset<Row> rows, ReadingRules rules) {
    this.name = name;
    this.rules = rules;
    this.rows = rows;
  }

  @Override
  public JavaRDD<Reading> read(SparkSession session) {
    String source = name;
    ReadingRules each = rules;
    return rows.toJavaRDD().map(row -> reading(row, source, each));
  }

  private static Reading reading(Row row, String source, ReadingRules rules) {
    String text = row.isNullAt(0) ? "" : row.getString(0);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String key = row.isNullAt(1) ? "" : row.getString(1);
    if (!rules.hasIdField()) {
      key = ReadingId.ofText(bytes).toString();
    }
    if (row.isNullAt(0)) {
      return new Rejection(source, key, "field '" + rules.textField() + "' is not text", "");
    }
    if (key.isBlank()) {
      return new Rejection(source, key, "field '" + rules.idField() + "' is no id", "");
    }
    if (bytes.length > rules.maxDocumentBytes()) {
      return new Rejection(source, key, Rejection.TOO_LONG, "");
    }
    if (RecordText.nothingVisible(text)) {
      return new Rejection(source, key, Rejection.EMPTY, "");
    }
    Document document = new Document(source, key, text.strip());
    if (!rules.hasLanguageField()) {
      return document;
    }
    return row.isNullAt(2)
        ? new Rejection(source, key, "field '" + rules.languageField() + "' is no language", "")
        : document.in(row.getString(2));
  }

  /** Sums the lengths of the texts, which reads the column once. */
  @Override
  public long bytes() {
    Row sum =
        rows.select(coalesce(sum(octet_length(rows.col(rows.columns()[0]))), lit(0L))).first();
    return sum.getLong(0);
  }
}
