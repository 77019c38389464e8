package org.palimpsest.training.segment;

import java.io.Serializable;
import org.palimpsest.model.optimizer.LearningRateSchedule;
import org.palimpsest.model.optimizer.OptimizerSettings;

/**
 * The settings of a step.
 *
 * @param schedule the learning rate of each global step
 * @param optimizer holds the gradient clipping
 * @param seed seed of the run
 */
public record StepConfig(LearningRateSchedule schedule, OptimizerSettings optimizer, long seed)
    implements Serializable {}
