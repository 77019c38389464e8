package org.palimpsest.corpus.prepare;

import org.palimpsest.corpus.text.CleaningCounts;

/** The cleaning counts of a task in the shuffle. */
public record CleaningTally(CleaningCounts counts) implements Shuffled {}
