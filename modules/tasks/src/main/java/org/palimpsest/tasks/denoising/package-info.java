/**
 * Denoising pre-training as a {@link org.palimpsest.training.workload.Workload}: blocks of a corpus
 * in, corrupted examples in micro-batches out. {@link Pretraining} is the entry point.
 */
package org.palimpsest.tasks.denoising;
