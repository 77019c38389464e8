package org.palimpsest.corpus.prepare;

import java.io.Serializable;

/** What goes through the shuffle: documents, the records that are none, and counts. */
sealed interface Shuffled extends Serializable
    permits PackedDocument, RejectedRecord, CleaningTally {}
