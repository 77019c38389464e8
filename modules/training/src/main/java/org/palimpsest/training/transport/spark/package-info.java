/**
 * Segments as one ordinary Spark job per round: the model is broadcast, every task returns its
 * contribution in slices, and tasks average the slices in rank order.
 */
package org.palimpsest.training.transport.spark;
