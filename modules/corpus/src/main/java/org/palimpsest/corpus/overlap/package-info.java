/**
 * What the held-out text has in common with the training text: both splits of a prepared corpus
 * enter, the number of documents that are near one of the other split leaves.
 */
package org.palimpsest.corpus.overlap;
