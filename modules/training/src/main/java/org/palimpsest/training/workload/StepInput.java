package org.palimpsest.training.workload;

import java.util.List;

/**
 * What one worker computes in one global step. Made and used inside one task; it never travels.
 *
 * @param microBatches in the order of computation; the gradients of all of them are added up
 * @param rawTokens undamaged tokens that they stand for
 */
public record StepInput<B>(List<B> microBatches, long rawTokens) {}
