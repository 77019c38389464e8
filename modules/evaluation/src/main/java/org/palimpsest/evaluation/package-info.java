/**
 * Scores models on held-out text with fixed noise, next to two baselines: token frequencies, and a
 * bigram model that gets the true left neighbor.
 */
package org.palimpsest.evaluation;
