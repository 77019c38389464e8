package org.palimpsest.training.transport.spark;

import java.io.Serializable;
import org.apache.spark.Partitioner;

/**
 * How a model is cut for a shuffle: slices of the parameters, slices of the moments if they go the
 * same way, and a last one for what the workers tell about themselves. A slice is a partition; all
 * contributions to one fit into the memory of a task: {@value #TOGETHER} numbers.
 *
 * @param parameters how many there are
 * @param moments how many go with them
 * @param length of a slice
 */
record Slices(long parameters, long moments, int length) implements Serializable {
  private static final long TOGETHER = 1 << 25;
  private static final int SHORTEST = 1 << 16;

  static Slices of(long parameters, long moments, int workers) {
    long enough = Math.max(SHORTEST, (parameters + moments) / (2L * workers) + 1);
    return new Slices(
        parameters, moments, (int) Math.max(SHORTEST, Math.min(enough, TOGETHER / workers)));
  }

  private int pieces(long numbers) {
    return Math.toIntExact((numbers + length - 1) / length);
  }

  /** Number of slices, that of the reports not counted. */
  int count() {
    return pieces(parameters) + pieces(moments);
  }

  /** Which partition has the workers' reports. */
  int reports() {
    return count();
  }

  boolean isOfMoments(int slice) {
    return slice >= pieces(parameters);
  }

  /** Where a slice begins in its vector. */
  long from(int slice) {
    return (long) (isOfMoments(slice) ? slice - pieces(parameters) : slice) * length;
  }

  /** How many numbers it has. */
  int length(int slice) {
    long size = isOfMoments(slice) ? moments : parameters;
    return (int) Math.min(length, size - from(slice));
  }

  /** Each slice to a task of its own. */
  Partitioner partitioner() {
    return new BySlice(count() + 1);
  }

  private static final class BySlice extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int partitions;

    BySlice(int partitions) {
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object slice) {
      return (Integer) slice;
    }
  }
}
