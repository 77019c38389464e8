package org.palimpsest.corpus.source;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.corpus.text.Reading;

/**
 * A source whose documents have the weight and the language of its input.
 *
 * @param input whose path the source reads
 */
public record WeightedSource(TextSource source, Input input) implements TextSource {
  @Override
  public JavaRDD<Reading> read(SparkSession session) {
    double weight = input.weight();
    String language = input.language();
    if (weight == 1 && language.isEmpty()) {
      return source.read(session);
    }
    return source
        .read(session)
        .map(
            reading ->
                reading instanceof Document document
                    ? document.withWeight(weight).in(language)
                    : reading);
  }

  @Override
  public long bytes() {
    return Math.round(source.bytes() * input.weight());
  }
}
