package org.palimpsest.training.workload;

/**
 * How many numbers a replica holds.
 *
 * @param parameters its parameters
 * @param optimizerState what its optimizer remembers
 */
public record ReplicaSize(long parameters, long optimizerState) {}
