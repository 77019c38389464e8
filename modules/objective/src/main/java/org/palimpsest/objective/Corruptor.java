package org.palimpsest.objective;

/**
 * Damages blocks by one {@link Objective} over one {@link Vocabulary}. Holds scratch space: one
 * corruptor a thread. The result depends on (seed, epoch, block) alone, never on what was damaged
 * before.
 */
public interface Corruptor {
  /**
   * Damages {@code block} and writes the example into {@code into}, which is overwritten.
   *
   * @param seed the run's seed
   * @param epoch another epoch damages the same block differently
   */
  void damage(TokenBlock block, long seed, long epoch, DenoisingExample into);

  /** The same into a new buffer; for tests and displays. */
  default DenoisingExample damage(TokenBlock block, long seed, long epoch) {
    DenoisingExample example = new DenoisingExample(block.length() + 2);
    damage(block, seed, epoch, example);
    return example;
  }
}
