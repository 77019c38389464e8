package org.palimpsest.training.transport.spark;

import java.io.Serializable;
import java.util.List;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.round.RoundResult;

/**
 * What a worker tells about its part of a round that was a job.
 *
 * @param rank the worker's
 * @param result what it did
 * @param left what it left for its next task or a checkpoint
 * @param files those it wrote, into the round's folder
 */
record RoundReport(int rank, RoundResult result, WorkerState left, List<StoredFile> files)
    implements Serializable {}
