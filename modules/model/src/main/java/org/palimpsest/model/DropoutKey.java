package org.palimpsest.model;

/**
 * What dropout is a function of. Nothing else enters: not the thread, not the process, not what was
 * drawn before.
 *
 * @param seed the run's seed
 * @param step the global step
 * @param rank the worker's rank
 * @param microBatch the micro-batch inside the step
 */
public record DropoutKey(long seed, long step, int rank, int microBatch) {}
