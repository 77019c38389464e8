package org.palimpsest.evaluation;

import java.util.Arrays;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

/**
 * What stands to the left of each target token in the undamaged text. A decoder that writes the
 * whole text has just read it; one that writes lost spans alone has not, where a span begins.
 */
final class LeftNeighbours {
  private final Vocabulary vocabulary;

  LeftNeighbours(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** For each target position; of positions that are not damaged text it says nothing. */
  int[] of(DenoisingExample example, TokenBlock block) {
    int[] left = Arrays.copyOf(example.decoderInput(), example.targetLength());
    for (int t = 0; t < left.length; t++) {
      if (vocabulary.isSentinel(left[t])) {
        left[t] = beforeSentinel(example, left[t]);
      } else if (t == 0 && left[t] == vocabulary.decoderStart()) {
        left[t] = TrainingPairs.beginning(vocabulary);
      }
    }
    int[] lost = lostAlone(example);
    int[] kept = kept(example, block.length() - lost.length);
    if (lost.length > 0 && kept.length + lost.length == block.length()) {
      new Merge(block.tokens(), kept, lost).leftOfLost(left, TrainingPairs.beginning(vocabulary));
    }
    return left;
  }

  /** There the lost span begins. */
  private int beforeSentinel(DenoisingExample example, int sentinel) {
    for (int s = 1; s < example.sourceLength(); s++) {
      if (example.source()[s] == sentinel) {
        return example.source()[s - 1];
      }
    }
    return TrainingPairs.beginning(vocabulary);
  }

  /** The target's text, if it is lost tokens from the first position on and nothing else. */
  private static int[] lostAlone(DenoisingExample example) {
    int count = 0;
    while (count < example.targetLength() && example.roles()[count] == DenoisingExample.DAMAGED) {
      count++;
    }
    for (int t = count; t < example.targetLength(); t++) {
      if (example.roles()[t] != DenoisingExample.CONTROL) {
        return new int[0];
      }
    }
    return Arrays.copyOf(example.target(), count);
  }

  /** The last so many tokens of the source before its end. */
  private int[] kept(DenoisingExample example, int count) {
    int to = example.sourceLength();
    if (to > 0 && example.source()[to - 1] == vocabulary.eos()) {
      to--;
    }
    return Arrays.copyOfRange(example.source(), Math.max(0, to - Math.max(0, count)), to);
  }

  /**
   * A text as a merge of what was kept and what was lost, each in its order. Costs a bit for each
   * pair of a text position and a number of lost tokens.
   *
   * @param text the undamaged block
   * @param kept the tokens that stand in the source
   * @param lost the others
   */
  private record Merge(int[] text, int[] kept, int[] lost) {
    void leftOfLost(int[] left, int beginning) {
      boolean[][] possible = possible();
      if (!possible[0][0]) {
        return; // The source has other tokens in place of the lost ones: nothing to go by.
      }
      boolean inSpan = false;
      int taken = 0;
      for (int i = 0; i < text.length; i++) {
        boolean canBeLost = isLost(i, taken) && possible[i + 1][taken + 1];
        boolean canBeKept = isKept(i, taken) && possible[i + 1][taken];
        inSpan = canBeLost && (inSpan || !canBeKept);
        if (inSpan) {
          left[taken++] = i == 0 ? beginning : text[i - 1];
        }
      }
    }

    /** Whether what follows text position i can be made of what is left after so many lost ones. */
    private boolean[][] possible() {
      boolean[][] possible = new boolean[text.length + 1][lost.length + 1];
      possible[text.length][lost.length] = true;
      for (int i = text.length - 1; i >= 0; i--) {
        for (int taken = Math.min(i, lost.length); taken >= 0; taken--) {
          possible[i][taken] =
              (isLost(i, taken) && possible[i + 1][taken + 1])
                  || (isKept(i, taken) && possible[i + 1][taken]);
        }
      }
      return possible;
    }

    private boolean isLost(int i, int taken) {
      return taken < lost.length && text[i] == lost[taken];
    }

    private boolean isKept(int i, int taken) {
      return i - taken < kept.length && text[i] == kept[i - taken];
    }
  }
}
