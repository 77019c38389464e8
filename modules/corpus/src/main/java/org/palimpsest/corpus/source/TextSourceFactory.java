package org.palimpsest.corpus.source;

import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.text.ReadingRules;

/**
 * Opens text sources that {@code corpus.input} names as {@code PREFIX:NAME}, for example {@code
 * table:db.articles}. Found with {@link java.util.ServiceLoader}: list the implementation in {@code
 * META-INF/services/org.palimpsest.corpus.source.TextSourceFactory}.
 */
public interface TextSourceFactory {
  /** Returns the prefix before the colon, which must not be the scheme of a Hadoop file system. */
  String prefix();

  /**
   * Opens a source.
   *
   * @param name the part after the colon
   * @throws PalimpsestException of kind INPUT if it does not exist or cannot be reached
   */
  TextSource open(String name, ReadingRules rules, SparkSession session);
}
