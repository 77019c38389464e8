package org.palimpsest.corpus.clean;

import org.apache.spark.Partitioner;

/** Partitions keys that are hashes. */
final class ByHash extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final int partitions;

  ByHash(int partitions) {
    this.partitions = partitions;
  }

  @Override
  public int numPartitions() {
    return partitions;
  }

  @Override
  public int getPartition(Object key) {
    long hash = key instanceof TextKey text ? text.text().high() : ((BandKey) key).bucket();
    return (int) Long.remainderUnsigned(hash, partitions);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByHash that && that.partitions == partitions;
  }

  @Override
  public int hashCode() {
    return partitions;
  }
}
