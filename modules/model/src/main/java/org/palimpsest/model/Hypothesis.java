package org.palimpsest.model;

/**
 * A text that a model has written.
 *
 * @param tokens without the decoder's start token and the final {@code </s>}; a forced prefix is
 *     part of it
 * @param logProbability sum over its tokens and its {@code </s>}, in nats, under the model itself:
 *     temperature, cut-offs and banned tokens do not change it, and a forced token counts as 0
 * @param score what hypotheses of one source are ranked by
 */
public record Hypothesis(int[] tokens, double logProbability, double score) {}
