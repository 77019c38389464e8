package org.palimpsest.tasks.finetuning;

import java.io.Serializable;
import org.palimpsest.model.batch.TargetFrame;
import org.palimpsest.model.spec.SpecialTokens;
import org.palimpsest.objective.DenoisingExample;

/**
 * Adds special tokens to pairs as in pre-training, for example {@code source </s>} and {@code
 * target </s>}.
 *
 * @param tokens special tokens of the model
 * @param start whether texts begin with {@code <s>}
 */
record PairFrame(SpecialTokens tokens, TextStart start) implements Serializable {
  /** The start of a text. */
  enum TextStart {
    BOS,
    PLAIN
  }

  /** Fills a buffer with the pair. */
  void fill(DenoisingExample example, Pair pair, long id) {
    example.begin(id, pair.source().length + pair.target().length);
    if (start == TextStart.BOS) {
      example.appendSource(tokens.bos());
    }
    for (int token : pair.source()) {
      example.appendSource(token);
    }
    example.appendSource(tokens.eos());
    TargetFrame.append(example, tokens, start == TextStart.BOS, pair.target());
  }
}
