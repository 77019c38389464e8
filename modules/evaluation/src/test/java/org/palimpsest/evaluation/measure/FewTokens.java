package org.palimpsest.evaluation.measure;

import java.util.BitSet;
import org.palimpsest.objective.Vocabulary;

/** A vocabulary of 64 ids for tests: BART's special ids and no sentinels. */
final class FewTokens {
  private FewTokens() {}

  static Vocabulary vocabulary() {
    BitSet special = new BitSet();
    special.set(0, 5);
    return new Vocabulary(
        64, new Vocabulary.Roles(0, 1, 2, 3, 4, 2), Vocabulary.Sentinels.NO_SENTINELS, special);
  }
}
