/**
 * A round on one worker: {@link Prefetch} takes a step's input from Spark's iterator, {@link Round}
 * runs forward and backward passes and updates, {@link Aggregation} makes one model of the
 * replicas, and {@link RoundMetrics} sums the counts of all workers.
 */
package org.palimpsest.training.round;
