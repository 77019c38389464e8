/**
 * The same training as a Deeplearning4j {@code TrainingMaster}, for any network of Deeplearning4j.
 *
 * <p>Programs use {@link org.palimpsest.dl4j.spark.OuterLoopTrainingMaster}. Every {@code fit}
 * exports its data to numbered {@link org.palimpsest.dl4j.spark.data.ExportedBatches}, and a {@link
 * org.palimpsest.dl4j.spark.session.FitSession} trains on them with a {@link
 * org.palimpsest.training.run.Run} of a {@link org.palimpsest.dl4j.spark.session.NetworkWorkload},
 * whose replicas are {@link org.palimpsest.dl4j.spark.network.GraphTrainable}s. There is no
 * training loop here.
 */
package org.palimpsest.dl4j.spark;
