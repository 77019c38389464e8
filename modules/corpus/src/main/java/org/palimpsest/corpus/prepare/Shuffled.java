package org.palimpsest.corpus.prepare;

import java.io.Serializable;

/** An element of the shuffle: a document, a rejected record, or cleaning counts. */
sealed interface Shuffled extends Serializable
    permits PackedDocument, RejectedRecord, CleaningTally {}
