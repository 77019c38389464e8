package org.palimpsest.evaluation.inference;

/**
 * A place where a corrected text differs from the one before.
 *
 * @param from offset in the text before, in {@code char}s
 * @param to offset behind what was replaced
 * @param before what was there; empty if text was added
 * @param after what is there; empty if text was left out
 */
public record Change(int from, int to, String before, String after) {}
