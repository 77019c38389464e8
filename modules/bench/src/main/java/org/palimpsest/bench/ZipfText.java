package org.palimpsest.bench;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.palimpsest.objective.TokenBlock;

/**
 * Blocks of ids with the statistics of text: ids from 11 follow Zipf's law with exponent 1, and id
 * 10 is the period of sentences of 10 to 30 tokens, which continue across blocks.
 */
final class ZipfText {
  /** Size of the vocabulary. */
  static final int VOCABULARY = 32_000;

  private static final int STOP = 10;
  private static final int FIRST = 11;

  private final SplittableRandom random = new SplittableRandom(1234);
  private final double[] cumulative = new double[VOCABULARY - 512 - FIRST];
  private int leftInSentence;

  ZipfText() {
    double sum = 0;
    for (int rank = 0; rank < cumulative.length; rank++) {
      sum += 1.0 / (rank + 1);
      cumulative[rank] = sum;
    }
  }

  TokenBlock[] blocks(int count, int tokens) {
    TokenBlock[] blocks = new TokenBlock[count];
    for (int id = 0; id < count; id++) {
      blocks[id] = block(id, tokens);
    }
    return blocks;
  }

  private TokenBlock block(int id, int length) {
    int[] tokens = new int[length];
    int[] starts = new int[length];
    int sentences = 0;
    for (int at = 0; at < length; at++) {
      if (at == 0 || tokens[at - 1] == STOP) {
        starts[sentences++] = at;
      }
      if (leftInSentence == 0) {
        leftInSentence = random.nextInt(10, 31);
      }
      tokens[at] = --leftInSentence == 0 ? STOP : word();
    }
    return new TokenBlock(id, tokens, Arrays.copyOf(starts, sentences), new int[] {0});
  }

  private int word() {
    double place = random.nextDouble() * cumulative[cumulative.length - 1];
    int rank = Arrays.binarySearch(cumulative, place);
    return FIRST + (rank < 0 ? -rank - 1 : rank);
  }
}
