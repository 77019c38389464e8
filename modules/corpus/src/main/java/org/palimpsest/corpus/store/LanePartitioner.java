package org.palimpsest.corpus.store;

import org.apache.spark.Partitioner;

/**
 * The partitions of the shuffle that writes a data set: the training lanes, then the validation
 * lanes, then one partition of rejected records. Keys are {@link LaneKey}s.
 */
public class LanePartitioner extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final int trainingLanes;
  private final int validationLanes;

  /** Creates the partitions of a data set with this many lanes in each split. */
  public LanePartitioner(int trainingLanes, int validationLanes) {
    this.trainingLanes = trainingLanes;
    this.validationLanes = validationLanes;
  }

  /** Returns the number of training lanes, which are partitions 0 … n − 1. */
  public final int trainingLanes() {
    return trainingLanes;
  }

  /** Returns the number of validation lanes, whose partitions follow the training lanes. */
  public final int validationLanes() {
    return validationLanes;
  }

  /** Returns the partition of rejected records, the last one. */
  public final int rejected() {
    return trainingLanes + validationLanes;
  }

  @Override
  public final int numPartitions() {
    return trainingLanes + validationLanes + 1;
  }

  @Override
  public final int getPartition(Object key) {
    return ((LaneKey) key).partition();
  }
}
