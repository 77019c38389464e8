package org.palimpsest.corpus.text;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** Where documents come from. */
public interface TextSource {
  /** Its documents and rejected records, read when the result is used, each time anew. */
  JavaRDD<Reading> read(JavaSparkContext spark);

  /** About how many bytes it has, as stored. */
  long bytes();
}
