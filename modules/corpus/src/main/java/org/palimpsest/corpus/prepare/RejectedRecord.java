package org.palimpsest.corpus.prepare;

import org.palimpsest.corpus.text.Rejection;

/** A rejected record on its way to the list of them. */
public record RejectedRecord(Rejection rejection) implements Shuffled {}
