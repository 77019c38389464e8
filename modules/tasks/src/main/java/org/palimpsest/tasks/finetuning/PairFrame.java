package org.palimpsest.tasks.finetuning;

import java.io.Serializable;
import org.palimpsest.evaluation.inference.TextFrames;
import org.palimpsest.model.batch.TargetFrame;
import org.palimpsest.model.spec.SpecialTokens;
import org.palimpsest.objective.DenoisingExample;

/**
 * Adds special tokens to pairs as in pre-training, for example {@code source </s>} and {@code
 * target </s>}.
 *
 * @param tokens special tokens of the model
 * @param frames special tokens around texts
 */
record PairFrame(SpecialTokens tokens, TextFrames frames) implements Serializable {

  /** Fills a buffer with the pair. */
  void fill(DenoisingExample example, Pair pair, long id) {
    example.begin(id, pair.source().length + pair.target().length);
    append(example, frames.source().before());
    append(example, pair.source());
    append(example, frames.source().after());
    TargetFrame.append(example, tokens, frames.targetStart(), pair.target());
  }

  private static void append(DenoisingExample example, int[] ids) {
    for (int id : ids) {
      example.appendSource(id);
    }
  }
}
