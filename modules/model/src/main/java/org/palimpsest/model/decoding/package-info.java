/**
 * How texts are found, whatever computes the model: an engine gives a {@link
 * org.palimpsest.model.decoding.Writer} that appends tokens and ranks what may follow; greedy and
 * beam search, sampling, forced beginnings and forbidden tokens are the same for all engines.
 */
package org.palimpsest.model.decoding;
