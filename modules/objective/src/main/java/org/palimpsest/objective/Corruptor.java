package org.palimpsest.objective;

/**
 * Corrupts blocks with one {@link Objective} and one {@link Vocabulary}. Not thread-safe: it reuses
 * buffers. The result depends only on (seed, epoch, block).
 */
public interface Corruptor {
  /**
   * Corrupts {@code block} and writes the example into {@code into}, which is overwritten.
   *
   * @param seed the run's seed
   * @param epoch the pass over the data; each corrupts a block differently
   */
  void corrupt(TokenBlock block, long seed, long epoch, DenoisingExample into);

  /** As above, into a new buffer; for tests and previews. */
  default DenoisingExample corrupt(TokenBlock block, long seed, long epoch) {
    DenoisingExample example = new DenoisingExample(block.length() + 2);
    corrupt(block, seed, epoch, example);
    return example;
  }
}
