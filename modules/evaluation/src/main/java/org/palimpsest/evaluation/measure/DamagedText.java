package org.palimpsest.evaluation.measure;

import java.io.Serializable;

/**
 * A text before and after it was damaged.
 *
 * @param original the text before
 * @param damaged the text after, without masks
 * @param source ids of the damaged text as a model reads it
 */
record DamagedText(String original, String damaged, int[] source) implements Serializable {}
