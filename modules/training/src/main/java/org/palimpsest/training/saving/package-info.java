/**
 * Writes checkpoints, from a replica's state to the manifest, in this order: {@link ReplicaFiles}
 * names the vectors, {@link org.palimpsest.storage.LocalVector} copies them, {@link
 * AsyncCheckpointWriter} writes them on the executor, followed by a {@link WorkerCommit}; on the
 * driver, {@link CheckpointWatcher} waits for the commits of all workers, and {@link
 * CheckpointPublisher} publishes the manifest under the run's lease.
 */
package org.palimpsest.training.saving;
