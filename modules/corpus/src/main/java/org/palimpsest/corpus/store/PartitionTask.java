package org.palimpsest.corpus.store;

import java.io.Serializable;
import java.util.Iterator;

/**
 * Writes one partition of a {@link LanePartitioner} in a Spark task.
 *
 * @param <V> the records
 * @param <R> the report that goes to the driver
 */
@FunctionalInterface
public interface PartitionTask<V, R> extends Serializable {
  /**
   * Writes the records of a partition.
   *
   * @param records in the order of their {@link LaneKey}s, to be read once
   * @param files creates the files of this attempt
   */
  R write(int partition, Iterator<V> records, AttemptFiles files);
}
