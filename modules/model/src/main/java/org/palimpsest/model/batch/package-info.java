/**
 * Batches: token ids of sources and targets in, padded or packed sequences out. Engines read them;
 * nothing here allocates per token.
 */
package org.palimpsest.model.batch;
