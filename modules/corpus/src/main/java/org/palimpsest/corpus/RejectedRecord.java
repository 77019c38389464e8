package org.palimpsest.corpus;

import org.palimpsest.corpus.text.Rejection;

/** A rejected record on its way to the list of them. */
record RejectedRecord(Rejection rejection) implements Shuffled {}
