package org.palimpsest.training.segment;

import java.io.Serializable;
import org.palimpsest.model.optimizer.LearningRateSchedule;
import org.palimpsest.model.optimizer.OptimizerSettings;

/**
 * What a step depends on besides its input.
 *
 * @param schedule the learning rate of each global step
 * @param optimizer holds the gradient clipping
 * @param seed the run's
 */
public record StepConfig(LearningRateSchedule schedule, OptimizerSettings optimizer, long seed)
    implements Serializable {}
