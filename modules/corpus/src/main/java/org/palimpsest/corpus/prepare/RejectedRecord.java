package org.palimpsest.corpus.prepare;

import org.palimpsest.corpus.text.Rejection;

/** A rejected record in the shuffle. */
public record RejectedRecord(Rejection rejection) implements Shuffled {}
