package org.palimpsest.corpus.source;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;

/** A source whose documents have another weight. */
public record WeightedSource(TextSource source, double weight) implements TextSource {
  @Override
  public JavaRDD<Reading> read(SparkSession session) {
    double each = weight;
    if (each == 1) {
      return source.read(session);
    }
    return source
        .read(session)
        .map(reading -> reading instanceof Document document ? document.withWeight(each) : reading);
  }

  @Override
  public long bytes() {
    return Math.round(source.bytes() * weight);
  }
}
