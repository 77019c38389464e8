package org.palimpsest.pipeline;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.palimpsest.corpus.source.WordNetSource;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;

/** English texts to try things with: the glosses of WordNet 3.1, which the jar contains. */
public final class SampleTexts {
  static final StructType SCHEMA = StructType.fromDDL("id string, text string");

  private SampleTexts() {}

  /**
   * The texts, a row for each synset: its id, and its definition with example sentences.
   *
   * <pre>{@code
   * SampleTexts.read(spark).show(3);
   * }</pre>
   */
  public static Dataset<Row> read(SparkSession session) {
    JavaRDD<Row> rows =
        new WordNetSource().read(session).flatMap(reading -> row(reading).iterator());
    return session.createDataFrame(rows, SCHEMA);
  }

  private static List<Row> row(Reading reading) {
    return reading instanceof Document document
        ? List.of(RowFactory.create(document.source() + "/" + document.key(), document.text()))
        : List.of();
  }
}
