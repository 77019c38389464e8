/**
 * The encoder-decoder as a Deeplearning4j ComputationGraph on ND4J.
 *
 * <p>{@link org.palimpsest.dl4j.Transformers} makes the graph and {@link
 * org.palimpsest.dl4j.DataSets} its data; with them it is trained, scored and saved as any other.
 * {@link org.palimpsest.dl4j.Dl4jEngine} makes replicas of it, which Palimpsest's training drives.
 *
 * <p>Inside, a layer of Deeplearning4j is a {@code Block} with an explicit forward and backward
 * pass over {@code Kernels}: products by BLAS, everything else row by row in Java. Rows are packed:
 * no padding is computed. What a pass shares beside the rows is its {@code Pass}, how rows go from
 * layer to layer is the {@code GraphFeed}.
 */
package org.palimpsest.dl4j;
