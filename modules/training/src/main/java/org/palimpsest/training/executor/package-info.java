/**
 * State that lives as long as an executor: native libraries, idle replicas, meters, and the channel
 * for live progress.
 */
package org.palimpsest.training.executor;
