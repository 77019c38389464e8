/**
 * Training on Spark.
 *
 * <p>Read it in this order: a {@link org.palimpsest.training.Run} is a chain of segments; a {@link
 * org.palimpsest.training.Segment} is one Spark job that starts from a checkpoint and ends with
 * one; inside it every {@link org.palimpsest.training.Worker} goes through {@link
 * org.palimpsest.training.Round}s: some steps alone, then an {@link
 * org.palimpsest.training.Aggregation} over the replicas. What is trained, and on what, is a {@link
 * org.palimpsest.training.Workload}; nothing above it knows our model.
 */
package org.palimpsest.training;
