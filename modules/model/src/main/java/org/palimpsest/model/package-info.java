/**
 * The encoder-decoder and the contracts of its engines.
 *
 * <p>{@link org.palimpsest.model.spec.ModelSpec} defines the model, {@link
 * org.palimpsest.model.spec.ParameterLayout} the position of each tensor in the flat vector of
 * parameters. An {@link org.palimpsest.model.Engine} creates a {@link
 * org.palimpsest.model.Replica}, which training uses as a {@link org.palimpsest.model.Trainable}
 * and aggregation as {@link org.palimpsest.model.FlatVector}s in a {@link
 * org.palimpsest.model.Collective}. No type of an engine or of Spark occurs here.
 */
package org.palimpsest.model;
