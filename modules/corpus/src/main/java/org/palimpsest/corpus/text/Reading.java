package org.palimpsest.corpus.text;

import java.io.Serializable;

/** An element of the stream that reading produces: a document, a rejection, or cleaning counts. */
public sealed interface Reading extends Serializable permits Located, CleaningCounts {}
