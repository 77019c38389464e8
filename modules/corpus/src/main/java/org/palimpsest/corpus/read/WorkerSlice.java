package org.palimpsest.corpus.read;

import java.io.Serializable;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;

/**
 * The share of one worker in the steps of a run. In step s, all workers together consume positions
 * [s·B, (s+1)·B) of the endless sequence of blocks, with B = {@code batchBlocks}; this worker
 * consumes [s·B + ⌊wB/W⌋, s·B + ⌊(w+1)B/W⌋).
 *
 * @param firstStep global step to start at, from 0
 * @param batchBlocks blocks per step over all workers, B
 * @param rank this worker, w
 * @param workers number of workers, W
 */
public record WorkerSlice(long firstStep, int batchBlocks, int rank, int workers)
    implements Serializable {

  public WorkerSlice {
    if (firstStep < 0 || batchBlocks < 1 || workers < 1 || rank < 0 || rank >= workers) {
      throw new IllegalArgumentException(
          "invalid slice: step %d, %d blocks, rank %d of %d"
              .formatted(firstStep, batchBlocks, rank, workers));
    }
  }

  /** Returns the slice of another worker. */
  public WorkerSlice forRank(int other) {
    return new WorkerSlice(firstStep, batchBlocks, other, workers);
  }

  /** Returns the offset of this worker's first block within a step. */
  public int offset() {
    return bound(rank);
  }

  /**
   * Returns the number of blocks that this worker consumes in each step; 0 if there are more
   * workers than blocks.
   */
  public int blocksPerStep() {
    return bound(rank + 1) - bound(rank);
  }

  /** Returns the positions that this worker consumes, step after step, without end. */
  public PrimitiveIterator.OfLong positions() {
    return new PrimitiveIterator.OfLong() {
      private long step = firstStep;
      private int inStep;

      @Override
      public boolean hasNext() {
        return blocksPerStep() > 0;
      }

      @Override
      public long nextLong() {
        if (!hasNext()) {
          throw new NoSuchElementException("the worker has no blocks");
        }
        long position = step * batchBlocks + offset() + inStep;
        if (++inStep == blocksPerStep()) {
          inStep = 0;
          step++;
        }
        return position;
      }
    };
  }

  private int bound(int worker) {
    return (int) ((long) worker * batchBlocks / workers);
  }
}
