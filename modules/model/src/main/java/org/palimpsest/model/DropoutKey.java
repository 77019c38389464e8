package org.palimpsest.model;

/**
 * The input of dropout's random generator: masks depend on these numbers only, not on threads,
 * processes, or earlier draws.
 *
 * @param seed the run's seed
 * @param step the global step
 * @param rank the worker's rank
 * @param microBatch number of the micro-batch in the step
 */
public record DropoutKey(long seed, long step, int rank, int microBatch) {}
