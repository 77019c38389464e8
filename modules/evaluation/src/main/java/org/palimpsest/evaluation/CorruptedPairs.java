package org.palimpsest.evaluation;

import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;

/** In a task: counts the corrupted tokens with their true left neighbors. */
final class CorruptedPairs {
  private CorruptedPairs() {}

  static PairCounter count(HeldOut.Share share) {
    Vocabulary vocabulary = share.heldOut().settings().vocabulary();
    LeftNeighbors neighbours = new LeftNeighbors(vocabulary);
    PairCounter pairs = new PairCounter();
    share.forEach(
        (block, example) -> addCorrupted(example, neighbours.of(example, block.block()), pairs));
    return pairs;
  }

  private static void addCorrupted(DenoisingExample example, int[] left, PairCounter pairs) {
    for (int t = 0; t < example.targetLength(); t++) {
      if (example.counted()[t] && example.roles()[t] == DenoisingExample.CORRUPTED) {
        pairs.add(PairCounter.key(left[t], example.target()[t]), 1);
      }
    }
  }
}
