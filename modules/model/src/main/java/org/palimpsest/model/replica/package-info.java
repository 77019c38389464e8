/**
 * What every engine's replica shares: batches and sources in, slices of packed sequences out, and
 * the loop that sums their losses. An engine computes one slice at a time.
 */
package org.palimpsest.model.replica;
