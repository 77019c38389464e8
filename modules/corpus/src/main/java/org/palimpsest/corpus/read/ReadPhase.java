package org.palimpsest.corpus.read;

import java.io.Serializable;

/**
 * How a run reads the blocks of a split from a step on.
 *
 * @param firstStep global step of its first block
 * @param firstEpoch number of its first pass over the blocks; passes of earlier phases have lower
 *     ones, so no block has the same noise twice
 * @param older number of generations that earlier phases have read already, if each step has a
 *     fixed number of their blocks; 0 if an epoch has every block once
 * @param replayed blocks of each step from those generations; the others are from newer ones
 */
public record ReadPhase(long firstStep, long firstEpoch, int older, int replayed)
    implements Serializable {
  /** All blocks once per epoch, from the first step on. */
  public static final ReadPhase WHOLE = new ReadPhase(0, 0, 0, 0);

  public ReadPhase {
    if (firstStep < 0 || firstEpoch < 0 || older < 0 || replayed < 0) {
      throw new IllegalArgumentException("a phase has a negative step, epoch or share");
    }
  }
}
