package org.palimpsest.training.workload;

import java.util.List;

/**
 * The input of one worker in one global step. It is created and used in one task, and never
 * serialized.
 *
 * @param microBatches batches in the order of computation; their gradients are summed
 * @param rawTokens uncorrupted tokens of the batches
 */
public record StepInput<B>(List<B> microBatches, long rawTokens) {}
