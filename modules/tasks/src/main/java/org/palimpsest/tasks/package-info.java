/**
 * What pre-training and fine-tuning share: settings of replicas and batches in, replicas and the
 * micro-batches of each step out.
 */
package org.palimpsest.tasks;
