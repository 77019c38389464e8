/**
 * Segments as one ordinary Spark job per round: the model is broadcast, every task returns its
 * contribution in slices, and the driver joins them in rank order.
 */
package org.palimpsest.training.transport.spark;
