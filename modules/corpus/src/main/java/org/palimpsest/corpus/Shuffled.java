package org.palimpsest.corpus;

import java.io.Serializable;

/** What goes through the shuffle: documents, and the records that are none. */
sealed interface Shuffled extends Serializable permits EncodedDocument, RejectedRecord {}
