/**
 * Deeplearning4j's training hooks and routed listeners, sent to the workers; their statistics come
 * back to the driver.
 */
package org.palimpsest.dl4j.spark.listener;
