/**
 * What a run trains: input per global step, a replica per task, a held-out loss. Implement {@link
 * Workload} to train another model or other data.
 */
package org.palimpsest.training.workload;
