/**
 * Training on Spark.
 *
 * <p>A {@link org.palimpsest.training.run.Run} is a chain of segments. A {@link
 * org.palimpsest.training.transport.Segment} starts from a checkpoint and ends with one; {@link
 * org.palimpsest.training.transport.collective.CollectiveSegment} is one Spark job. Each worker of
 * a segment runs {@link org.palimpsest.training.round.Round}s: some steps on its own, then an
 * {@link org.palimpsest.training.round.Aggregation} over the replicas. A {@link
 * org.palimpsest.training.workload.Workload} defines the model and the data; the other packages do
 * not depend on a particular model.
 */
package org.palimpsest.training;
