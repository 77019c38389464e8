/**
 * Fine-tuning: a run with another workload. Pairs of texts are encoded once into a sharded data set
 * and read in a keyed order, like a corpus; the training loop is that of pre-training, and starts
 * from a trained model.
 */
package org.palimpsest.tasks.finetuning;
