package org.palimpsest.model;

/**
 * How a replica computes.
 *
 * @param device where
 * @param threads CPU threads of its own; the cores of its Spark task, never the machine's
 * @param optimizer the inner optimizer
 * @param seed what the initial parameters are a function of
 */
public record ReplicaOptions(Device device, int threads, OptimizerSpec optimizer, long seed) {}
