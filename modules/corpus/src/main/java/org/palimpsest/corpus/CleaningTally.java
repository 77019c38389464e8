package org.palimpsest.corpus;

import org.palimpsest.corpus.text.CleaningCounts;

/** What a task cleaned, on its way to the manifest. */
record CleaningTally(CleaningCounts counts) implements Shuffled {}
