/**
 * What training asks of the thing that is trained: input per global step, a replica per task, a
 * held-out loss. Implement {@link Workload} to train anything else.
 */
package org.palimpsest.training.workload;
