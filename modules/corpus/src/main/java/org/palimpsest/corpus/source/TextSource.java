package org.palimpsest.corpus.source;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.text.Reading;

/** Where documents come from. */
public interface TextSource {
  /** Its documents and rejected records, read when the result is used, each time anew. */
  JavaRDD<Reading> read(SparkSession session);

  /** About how many bytes of documents it has, as stored and weighted. May look at all of them. */
  long bytes();
}
