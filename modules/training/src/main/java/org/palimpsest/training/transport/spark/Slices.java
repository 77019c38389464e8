package org.palimpsest.training.transport.spark;

import java.io.Serializable;
import org.apache.spark.Partitioner;

/**
 * How a model is split for a shuffle: slices of the parameters, slices of the moments if they
 * travel too, and a last partition for the workers' reports. A slice is a partition. The
 * contributions of all workers to a slice are at most {@value #TOGETHER} numbers, which fit into
 * the memory of a task.
 *
 * @param parameters number of parameters
 * @param moments number of moments that travel with them
 * @param length length of a slice
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

  /** Number of slices, without the partition of the reports. */
  int count() {
    return pieces(parameters) + pieces(moments);
  }

  /** The partition of the workers' reports. */
  int reports() {
    return count();
  }

  boolean isOfMoments(int slice) {
    return slice >= pieces(parameters);
  }

  /** Position of the first number of a slice in its vector. */
  long from(int slice) {
    return (long) (isOfMoments(slice) ? slice - pieces(parameters) : slice) * length;
  }

  /** The length of a slice. */
  int length(int slice) {
    long size = isOfMoments(slice) ? moments : parameters;
    return (int) Math.min(length, size - from(slice));
  }

  /** Gives each slice its own task. */
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
