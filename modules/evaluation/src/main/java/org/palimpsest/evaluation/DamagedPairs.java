package org.palimpsest.evaluation;

import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;

/** In a task: the damaged tokens with their true left neighbours. */
final class DamagedPairs {
  private DamagedPairs() {}

  static PairCounter count(HeldOut.Share share) {
    Vocabulary vocabulary = share.heldOut().settings().vocabulary();
    LeftNeighbours neighbours = new LeftNeighbours(vocabulary);
    PairCounter pairs = new PairCounter();
    share.forEach(
        (block, example) -> addDamaged(example, neighbours.of(example, block.block()), pairs));
    return pairs;
  }

  private static void addDamaged(DenoisingExample example, int[] left, PairCounter pairs) {
    for (int t = 0; t < example.targetLength(); t++) {
      if (example.counted()[t] && example.roles()[t] == DenoisingExample.DAMAGED) {
        pairs.add(PairCounter.key(left[t], example.target()[t]), 1);
      }
    }
  }
}
