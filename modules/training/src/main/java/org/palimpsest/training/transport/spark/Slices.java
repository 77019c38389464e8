package org.palimpsest.training.transport.spark;

import java.io.Serializable;
import org.apache.spark.Partitioner;

/**
 * How a model is split for a shuffle: slices of the parameters, slices of the moments if they
 * travel too, and the workers' reports as a last slice. The contributions of all workers to a slice
 * fit into the memory of a task.
 *
 * <p>A partition has one or more adjacent slices, and the reports have their own. Each worker
 * writes a block per partition, so partitions are few: at most {@value #BLOCKS} blocks in all, as
 * long as that makes 16 partitions, and the mean of a partition has at most {@value #RESULT}
 * numbers, because it arrives on the driver's heap.
 *
 * @param parameters number of parameters
 * @param moments number of moments that travel with them
 * @param length length of a slice
 * @param partitions number of partitions, without that of the reports
 */
record Slices(long parameters, long moments, int length, int partitions) implements Serializable {
  private static final long TOGETHER = 1 << 25;
  private static final int SHORTEST = 1 << 16;

  /** With more workers, slices are shorter than {@link #SHORTEST}: multiples of this. */
  private static final int GRAIN = 1 << 12;

  static final int BLOCKS = 1 << 13;
  static final int FEWEST_PARTITIONS = 16;
  static final int RESULT = 1 << 24;

  static Slices of(long parameters, long moments, int workers) {
    long enough = Math.max(SHORTEST, (parameters + moments) / (2L * workers) + 1);
    int length = (int) Math.min(enough, longest(workers));
    int count = Math.addExact(Math.toIntExact(pieces(parameters, length)), pieces(moments, length));
    long few = Math.max(FEWEST_PARTITIONS, BLOCKS / workers);
    long small = pieces(count, Math.max(1, RESULT / length));
    return new Slices(parameters, moments, length, (int) Math.min(count, Math.max(few, small)));
  }

  private static long longest(int workers) {
    long together = TOGETHER / workers;
    return together >= SHORTEST ? together : Math.max(GRAIN, together / GRAIN * GRAIN);
  }

  private static int pieces(long numbers, int length) {
    return Math.toIntExact((numbers + length - 1) / length);
  }

  /** Number of slices, without the reports. */
  int count() {
    return pieces(parameters, length) + pieces(moments, length);
  }

  /** The slice of the workers' reports. */
  int reports() {
    return count();
  }

  boolean isOfMoments(int slice) {
    return slice >= pieces(parameters, length);
  }

  /** Position of the first number of a slice in its vector. */
  long from(int slice) {
    return (long) (isOfMoments(slice) ? slice - pieces(parameters, length) : slice) * length;
  }

  /** The length of a slice. */
  int length(int slice) {
    long size = isOfMoments(slice) ? moments : parameters;
    return (int) Math.min(length, size - from(slice));
  }

  /** The partition of a slice. */
  int partition(int slice) {
    return slice == reports() ? partitions : (int) ((long) slice * partitions / count());
  }

  /** The first slice of a partition, or of the partition after the last. */
  int first(int partition) {
    return (int) (((long) partition * count() + partitions - 1) / Math.max(1, partitions));
  }

  /** The key of a worker's contribution to a slice. Keys sort by slice, then by rank. */
  static long key(int slice, int rank) {
    return (long) slice << Integer.SIZE | rank;
  }

  /** The slice of a key. */
  static int slice(long key) {
    return (int) (key >> Integer.SIZE);
  }

  Partitioner partitioner() {
    return new BySlice(this);
  }

  private static final class BySlice extends Partitioner {
    private static final long serialVersionUID = 2L;
    private final Slices slices;

    BySlice(Slices slices) {
      this.slices = slices;
    }

    @Override
    public int numPartitions() {
      return slices.partitions() + 1;
    }

    @Override
    public int getPartition(Object key) {
      return slices.partition(slice((Long) key));
    }
  }
}
