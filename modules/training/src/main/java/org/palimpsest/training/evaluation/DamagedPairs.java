package org.palimpsest.training.evaluation;

import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;

/** In a task: the damaged tokens with their true left neighbours. */
final class DamagedPairs {
  private DamagedPairs() {}

  static PairCounter count(HeldOut.Share share) {
    Vocabulary vocabulary = share.heldOut().settings().vocabulary();
    PairCounter pairs = new PairCounter();
    share.forEach((block, example) -> addDamaged(example, vocabulary, pairs));
    return pairs;
  }

  private static void addDamaged(
      DenoisingExample example, Vocabulary vocabulary, PairCounter pairs) {
    for (int t = 0; t < example.targetLength(); t++) {
      if (example.counted()[t] && example.roles()[t] == DenoisingExample.DAMAGED) {
        int left = leftNeighbour(example, t, vocabulary);
        pairs.add(PairCounter.key(left, example.target()[t]), 1);
      }
    }
  }

  /**
   * What the decoder has just read; after a sentinel, what stands before that sentinel in the
   * source, because there the missing span begins.
   */
  static int leftNeighbour(DenoisingExample example, int t, Vocabulary vocabulary) {
    int previous = example.decoderInput()[t];
    if (!vocabulary.isSentinel(previous)) {
      return previous == vocabulary.decoderStart() && t == 0
          ? TrainingPairs.beginning(vocabulary)
          : previous;
    }
    for (int s = 1; s < example.sourceLength(); s++) {
      if (example.source()[s] == previous) {
        return example.source()[s - 1];
      }
    }
    return TrainingPairs.beginning(vocabulary);
  }
}
