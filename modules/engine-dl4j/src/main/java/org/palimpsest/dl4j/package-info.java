/**
 * The encoder-decoder as a Deeplearning4j ComputationGraph on ND4J.
 *
 * <p>{@link org.palimpsest.dl4j.Transformers} configures the graph and {@link
 * org.palimpsest.dl4j.DataSets} converts its data; with them it is trained, scored and saved like
 * any other graph. {@link org.palimpsest.dl4j.Dl4jEngine} creates replicas of it for Palimpsest's
 * training.
 *
 * <p>Inside, a layer of Deeplearning4j is a {@code Block} with an explicit forward and backward
 * pass over {@code Kernels}: products by BLAS, everything else row by row in Java. Rows are packed,
 * without padding. A {@code Pass} holds the state that layers share during a pass; a {@code
 * GraphFeed} passes rows from layer to layer.
 */
package org.palimpsest.dl4j;
