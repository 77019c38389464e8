/**
 * Training on Spark.
 *
 * <p>Read it in this order: a {@link org.palimpsest.training.run.Run} is a chain of segments; a
 * {@link org.palimpsest.training.transport.Segment} is one Spark job that starts from a checkpoint
 * and ends with one; inside it every {@link org.palimpsest.training.transport.collective.Worker}
 * goes through {@link org.palimpsest.training.round.Round}s: some steps alone, then an {@link
 * org.palimpsest.training.round.Aggregation} over the replicas. What is trained, and on what, is a
 * {@link org.palimpsest.training.workload.Workload}; nothing above it knows our model.
 */
package org.palimpsest.training;
