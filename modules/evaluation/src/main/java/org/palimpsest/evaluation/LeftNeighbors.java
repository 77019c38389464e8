package org.palimpsest.evaluation;

import java.util.Arrays;
import java.util.BitSet;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

/**
 * Finds the token to the left of each target token in the original text. A decoder that writes the
 * whole text has just read that token; a decoder that writes only the removed spans has not, at the
 * start of a span.
 */
final class LeftNeighbors {
  private final Vocabulary vocabulary;
  private final BitSet languages;

  LeftNeighbors(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.languages = vocabulary.languages();
  }

  /**
   * The left neighbor for each target position; only those of corrupted tokens are meaningful. For
   * example, if the text is A B C D and the target of the removed span is B C, the left neighbors
   * are A B.
   */
  int[] of(DenoisingExample example, TokenBlock block) {
    int[] left = Arrays.copyOf(example.decoderInput(), example.targetLength());
    for (int t = 0; t < left.length; t++) {
      if (vocabulary.isSentinel(left[t])) {
        left[t] = beforeSentinel(example, left[t]);
      } else if (t == 0 && (left[t] == vocabulary.decoderStart() || languages.get(left[t]))) {
        left[t] = TrainingPairs.beginning(vocabulary);
      }
    }
    int[] removed = removedOnly(example);
    int[] kept = kept(example, block.length() - removed.length);
    if (removed.length > 0 && kept.length + removed.length == block.length()) {
      new Merge(block.tokens(), kept, removed)
          .leftOfRemoved(left, TrainingPairs.beginning(vocabulary));
    }
    return left;
  }

  /** The token before the span that a sentinel replaces. */
  private int beforeSentinel(DenoisingExample example, int sentinel) {
    for (int s = 1; s < example.sourceLength(); s++) {
      if (example.source()[s] == sentinel) {
        return example.source()[s - 1];
      }
    }
    return TrainingPairs.beginning(vocabulary);
  }

  /** The target's text if the target is nothing but removed tokens; otherwise an empty array. */
  private static int[] removedOnly(DenoisingExample example) {
    int count = 0;
    while (count < example.targetLength() && example.roles()[count] == DenoisingExample.CORRUPTED) {
      count++;
    }
    for (int t = count; t < example.targetLength(); t++) {
      if (example.roles()[t] != DenoisingExample.CONTROL) {
        return new int[0];
      }
    }
    return Arrays.copyOf(example.target(), count);
  }

  /** The last {@code count} tokens of the source before {@code </s>}. */
  private int[] kept(DenoisingExample example, int count) {
    int to = example.sourceLength();
    if (to > 0 && example.source()[to - 1] == vocabulary.eos()) {
      to--;
    }
    return Arrays.copyOfRange(example.source(), Math.max(0, to - Math.max(0, count)), to);
  }

  /**
   * A text as a merge of the kept and the removed tokens, each in their own order. Memory: one
   * boolean per text position and number of removed tokens.
   *
   * @param text the original block
   * @param kept the tokens in the source
   * @param removed the tokens in the target
   */
  private record Merge(int[] text, int[] kept, int[] removed) {
    void leftOfRemoved(int[] left, int beginning) {
      boolean[][] possible = possible();
      if (!possible[0][0]) {
        return; // The source has other tokens in place of the removed ones.
      }
      boolean inSpan = false;
      int taken = 0;
      for (int i = 0; i < text.length; i++) {
        boolean canBeRemoved = isRemoved(i, taken) && possible[i + 1][taken + 1];
        boolean canBeKept = isKept(i, taken) && possible[i + 1][taken];
        inSpan = canBeRemoved && (inSpan || !canBeKept);
        if (inSpan) {
          left[taken++] = i == 0 ? beginning : text[i - 1];
        }
      }
    }

    /**
     * Element [i][k]: whether the text from position i on is a merge of the removed tokens after
     * the first k and the remaining kept tokens.
     */
    private boolean[][] possible() {
      boolean[][] possible = new boolean[text.length + 1][removed.length + 1];
      possible[text.length][removed.length] = true;
      for (int i = text.length - 1; i >= 0; i--) {
        for (int taken = Math.min(i, removed.length); taken >= 0; taken--) {
          possible[i][taken] =
              (isRemoved(i, taken) && possible[i + 1][taken + 1])
                  || (isKept(i, taken) && possible[i + 1][taken]);
        }
      }
      return possible;
    }

    private boolean isRemoved(int i, int taken) {
      return taken < removed.length && text[i] == removed[taken];
    }

    private boolean isKept(int i, int taken) {
      return i - taken < kept.length && text[i] == kept[i - taken];
    }
  }
}
