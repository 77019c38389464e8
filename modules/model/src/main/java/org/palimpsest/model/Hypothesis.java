package org.palimpsest.model;

/**
 * A decoded text.
 *
 * @param tokens without the decoder's start token and the final {@code </s>}, with a forced prefix
 * @param logProbability sum over the tokens and {@code </s>}, in nats, under the unmodified model:
 *     temperature, cut-offs and banned tokens do not change it, and a forced token counts as 0
 * @param score ranks the hypotheses of a source
 */
public record Hypothesis(int[] tokens, double logProbability, double score) {}
