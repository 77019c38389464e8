/**
 * Preparing a corpus: readings in, shuffled lanes of fixed-size token blocks and a manifest out.
 * {@link Preparation} is the entry point.
 */
package org.palimpsest.corpus.prepare;
