package org.palimpsest.corpus.prepare;

import org.palimpsest.corpus.text.CleaningCounts;

/** What a task cleaned, on its way to the manifest. */
public record CleaningTally(CleaningCounts counts) implements Shuffled {}
