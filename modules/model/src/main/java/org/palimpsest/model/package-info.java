/**
 * The encoder-decoder and the contracts of those who compute it.
 *
 * <p>{@link org.palimpsest.model.spec.ModelSpec} says what the model is, {@link
 * org.palimpsest.model.spec.ParameterLayout} where each tensor lies in the one flat vector of
 * parameters. An {@link org.palimpsest.model.Engine} makes a {@link org.palimpsest.model.Replica};
 * training sees it as a {@link org.palimpsest.model.Trainable}, aggregation as {@link
 * org.palimpsest.model.FlatVector}s given to a {@link org.palimpsest.model.Collective}. No type of
 * an engine or of Spark stands here.
 */
package org.palimpsest.model;
