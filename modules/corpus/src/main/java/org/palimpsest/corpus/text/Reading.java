package org.palimpsest.corpus.text;

import java.io.Serializable;

/** What comes out of the text: documents, records that are none, and counts of what was cleaned. */
public sealed interface Reading extends Serializable permits Located, CleaningCounts {}
