/**
 * A run: a chain of segments from checkpoint to checkpoint, with retries, evaluations, early
 * stopping and a time limit. {@link Run} is the entry point.
 */
package org.palimpsest.training.run;
