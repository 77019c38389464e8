/**
 * What is corrupted, what is to be restored, and where the loss counts.
 *
 * <p>An {@link org.palimpsest.objective.Objective} is a value; a {@link
 * org.palimpsest.objective.Corruptor} made from it turns a {@link
 * org.palimpsest.objective.TokenBlock} into a {@link org.palimpsest.objective.DenoisingExample}.
 * Every random draw is a function of (seed, epoch, example id, stage): the same block is corrupted
 * in the same way on any number of machines.
 */
package org.palimpsest.objective;
