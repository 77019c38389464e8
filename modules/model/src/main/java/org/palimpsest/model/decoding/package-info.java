/**
 * Decoding that is independent of the engine: an engine provides a {@link
 * org.palimpsest.model.decoding.Writer} that appends tokens and ranks the next ones; greedy and
 * beam search, sampling, forced prefixes and banned tokens are the same for all engines.
 */
package org.palimpsest.model.decoding;
