package org.palimpsest.training.transport.spark;

import java.util.List;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.round.RoundResult;

/**
 * A worker's report of a round that is a job.
 *
 * @param rank rank of the worker
 * @param result its result
 * @param state its own state, for its next task or a checkpoint
 * @param files files that it wrote to the folder of the round
 */
record RoundReport(int rank, RoundResult result, WorkerState state, List<StoredFile> files) {}
