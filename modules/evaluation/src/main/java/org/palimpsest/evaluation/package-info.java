/**
 * How well a model restores what it has not seen, on noise that is always the same, beside two
 * baselines that see more than chance: token frequencies, and a bigram model that is told the true
 * left neighbour.
 */
package org.palimpsest.evaluation;
