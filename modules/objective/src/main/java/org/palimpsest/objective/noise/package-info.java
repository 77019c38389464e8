/**
 * Noise masks: a text's length in, the spans of corrupted positions out. One class per published
 * algorithm; each names its source and its rounding.
 */
package org.palimpsest.objective.noise;
