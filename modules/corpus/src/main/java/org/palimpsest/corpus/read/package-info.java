/**
 * Reading a corpus: a manifest and lanes in, blocks in the keyed order of an epoch out. {@link
 * Corpus} is the entry point; a worker reads its {@link WorkerSlice} through {@link BlockReader}.
 */
package org.palimpsest.corpus.read;
