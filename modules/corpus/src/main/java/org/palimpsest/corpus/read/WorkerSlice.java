package org.palimpsest.corpus.read;

import java.io.Serializable;

/**
 * The share of one worker in the steps of a run. Step s of all workers together consumes the
 * positions [s·B, (s+1)·B) of the endless sequence of blocks, B = {@code batchBlocks}; this worker
 * consumes [s·B + ⌊wB/W⌋, s·B + ⌊(w+1)B/W⌋) of them.
 *
 * @param firstStep the global step to start at, from 0
 * @param batchBlocks blocks of one step, over all workers
 * @param rank this worker, w
 * @param workers number of workers, W
 */
public record WorkerSlice(long firstStep, int batchBlocks, int rank, int workers)
    implements Serializable {

  public WorkerSlice {
    if (firstStep < 0 || batchBlocks < 1 || workers < 1 || rank < 0 || rank >= workers) {
      throw new IllegalArgumentException(
          "no slice: step %d, %d blocks, rank %d of %d"
              .formatted(firstStep, batchBlocks, rank, workers));
    }
  }

  /** The same place for another worker. */
  public WorkerSlice forRank(int other) {
    return new WorkerSlice(firstStep, batchBlocks, other, workers);
  }

  /** Offset of this worker's first block inside a step. */
  public int offset() {
    return bound(rank);
  }

  /**
   * Number of blocks this worker consumes in every step; 0 if there are more workers than blocks.
   */
  public int blocksPerStep() {
    return bound(rank + 1) - bound(rank);
  }

  private int bound(int worker) {
    return (int) ((long) worker * batchBlocks / workers);
  }
}
