package org.palimpsest.model.batch;

import org.palimpsest.model.spec.SpecialTokens;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.Vocabulary;

/** A text that a model is to write as a whole, with the special tokens of the model. */
public final class TargetFrame {
  private TargetFrame() {}

  /**
   * Appends a text as the target of an example: {@code target </s>}, or {@code <s> target </s>}, or
   * the token of a language in the place of {@code <s>}. The loss counts at every position.
   *
   * @param start id before the text, or {@link Vocabulary#NONE}
   * @param ids of the text, without special tokens
   */
  public static void append(DenoisingExample example, SpecialTokens tokens, int start, int[] ids) {
    int previous = tokens.decoderStart();
    if (start != Vocabulary.NONE) {
      previous = append(example, previous, start, DenoisingExample.CONTROL);
    }
    for (int id : ids) {
      previous = append(example, previous, id, DenoisingExample.CORRUPTED);
    }
    int unused = append(example, previous, tokens.eos(), DenoisingExample.CONTROL);
  }

  private static int append(DenoisingExample example, int previous, int id, byte role) {
    example.appendTarget(previous, example.targetLength(), id, role, true);
    return id;
  }
}
