package org.palimpsest.training.workload;

/**
 * The size of a replica in numbers.
 *
 * @param parameters number of parameters
 * @param optimizerState numbers in the state of its optimizer
 */
public record ReplicaSize(long parameters, long optimizerState) {}
