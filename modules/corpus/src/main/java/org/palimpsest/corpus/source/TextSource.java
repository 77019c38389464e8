package org.palimpsest.corpus.source;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.text.Reading;

/** A source of documents. */
public interface TextSource {
  /**
   * Returns its documents and rejected records. They are read again each time the result is used.
   */
  JavaRDD<Reading> read(SparkSession session);

  /**
   * Returns the approximate size of its documents in bytes, as stored and weighted. May read all of
   * them.
   */
  long bytes();
}
