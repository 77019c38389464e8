package org.palimpsest.cli.extending;

import java.util.Random;
import org.palimpsest.objective.DenoisingExample;

/** Random sequences for the samples: source and target are the same tokens, between 5 and 20. */
final class Sequences {
  private static final int BEGIN = 2;
  private static final int FIRST_WORD = 5;
  private static final int WORDS = 15;

  private Sequences() {}

  static DenoisingExample copyOf(Random random, int length, int vocabulary) {
    DenoisingExample example = new DenoisingExample(length);
    example.begin(0, length);
    int input = BEGIN;
    for (int at = 0; at < length; at++) {
      int token = FIRST_WORD + random.nextInt(Math.min(WORDS, vocabulary - FIRST_WORD));
      example.appendSource(token);
      example.appendTarget(input, at, token, DenoisingExample.KEPT, true);
      input = token;
    }
    return example;
  }
}
