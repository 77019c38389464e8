package org.palimpsest.model;

import java.util.List;

/** Generates target sequences for source sequences. */
public interface Decoder {
  /**
   * {@link DecodingOptions#best()} hypotheses for each source, best first, sources in order; they
   * may differ in length.
   *
   * @param sources token ids as the objective makes them, {@code <s>} and {@code </s>} included
   */
  List<List<Hypothesis>> hypotheses(List<int[]> sources, DecodingOptions options);

  /**
   * The tokens of the best hypothesis for each source, in order.
   *
   * @param sources token ids as the objective makes them, {@code <s>} and {@code </s>} included
   * @return generated ids without the decoder's start token, up to and without the final {@code
   *     </s>}
   */
  default List<int[]> generate(List<int[]> sources, DecodingOptions options) {
    return hypotheses(sources, options).stream().map(all -> all.get(0).tokens()).toList();
  }
}
