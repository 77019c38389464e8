package org.palimpsest.corpus;

import org.apache.spark.sql.SparkSession;

/** Text to corpus, on Spark. */
public final class Preparation {
  private Preparation() {}

  public static Corpus run(SparkSession spark, CorpusSettings settings) {
    throw new UnsupportedOperationException();
  }

  public static Corpus fresh(SparkSession spark, CorpusSettings settings) {
    throw new UnsupportedOperationException();
  }
}
