package org.palimpsest.objective.corruption;

import java.util.Arrays;
import java.util.BitSet;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

/**
 * Which ids of a vocabulary are text. The ordinary ids are kept as ranges: there are few, however
 * large the vocabulary is, and a uniform draw needs no rejection.
 */
public final class SpecialIds {
  private final int size;
  private final int[] rangeStart;
  private final int[] ordinaryBefore;
  private final int ranges;
  private final int ordinary;

  public SpecialIds(Vocabulary vocabulary) {
    size = vocabulary.size();
    BitSet special = vocabulary.controlIds();
    int sentinelEnd = vocabulary.sentinelEnd();
    int sentinelStart = vocabulary.sentinelStart();
    int[] starts = new int[2 * special.cardinality() + 4];
    int[] before = new int[starts.length];
    int found = 0;
    int total = 0;
    for (int at = 0; at >= 0 && at < size; ) {
      int from = special.nextClearBit(at);
      if (from >= sentinelStart && from < sentinelEnd) {
        at = sentinelEnd;
        continue;
      }
      if (from < 0 || from >= size) {
        break;
      }
      int next = special.nextSetBit(from);
      int to = next < 0 ? size : Math.min(next, size);
      if (from < sentinelStart) {
        to = Math.min(to, sentinelStart);
      }
      starts[found] = from;
      before[found++] = total;
      total += to - from;
      at = to;
    }
    rangeStart = Arrays.copyOf(starts, found);
    before[found] = total;
    ordinaryBefore = Arrays.copyOf(before, found + 1);
    ranges = found;
    ordinary = total;
  }

  /** Number of ids that stand for text. */
  public int ordinary() {
    return ordinary;
  }

  /** Whether {@code id} must not be corrupted. */
  public boolean isSpecial(int id) {
    if (ranges == 1) {
      int offset = id - rangeStart[0];
      return offset < 0 || offset >= ordinary;
    }
    int range = Arrays.binarySearch(rangeStart, id);
    range = range < 0 ? -range - 2 : range;
    return range < 0 || id - rangeStart[range] >= length(range);
  }

  private int length(int range) {
    return ordinaryBefore[range + 1] - ordinaryBefore[range];
  }

  /** Whether any of the first {@code length} tokens is special. */
  public boolean anyIn(int[] tokens, int length) {
    if (ranges == 1) {
      return anyOutside(tokens, length, rangeStart[0], rangeStart[0] + ordinary - 1);
    }
    for (int at = 0; at < length; at++) {
      if (isSpecial(tokens[at])) {
        return true;
      }
    }
    return false;
  }

  private static boolean anyOutside(int[] tokens, int length, int first, int last) {
    int outside = 0;
    for (int at = 0; at < length; at++) {
      outside |= (tokens[at] - first) | (last - tokens[at]);
    }
    return outside < 0;
  }

  /**
   * Refuses tokens that the vocabulary does not have.
   *
   * @throws PalimpsestException of kind INPUT
   */
  public void check(TokenBlock block) {
    for (int token : block.tokens()) {
      if (token < 0 || token >= size) {
        throw PalimpsestException.input(
            "Block "
                + block.id()
                + " holds the token id "
                + token
                + ", but the vocabulary has the ids 0 to "
                + (size - 1)
                + "; use the tokenizer that the corpus was prepared with.");
      }
    }
  }

  /** A uniformly random id that stands for text. */
  public int draw(NoiseRandom random) {
    int index = random.below(ordinary);
    if (ranges == 1) {
      return rangeStart[0] + index;
    }
    int range = Arrays.binarySearch(ordinaryBefore, 0, ranges, index);
    range = range < 0 ? -range - 2 : range;
    return rangeStart[range] + index - ordinaryBefore[range];
  }
}
