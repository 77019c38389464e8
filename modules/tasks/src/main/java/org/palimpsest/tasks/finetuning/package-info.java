/**
 * Fine-tuning: a run with another source. Pairs of texts are encoded once and stored in an order of
 * their own, as a corpus is; a {@link org.palimpsest.training.workload.Workload} feeds them to the
 * same training loop that pre-trains, from a model that has learned something already.
 */
package org.palimpsest.tasks.finetuning;
