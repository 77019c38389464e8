package org.palimpsest.model;

import java.util.List;

/** Generates target sequences for source sequences. */
public interface Decoder {
  /**
   * Decodes {@link DecodingOptions#best()} hypotheses per source, best first, sources in order.
   * Hypotheses may differ in length.
   *
   * @param sources token ids from an objective, with {@code <s>} and {@code </s>}
   */
  List<List<Hypothesis>> hypotheses(List<int[]> sources, DecodingOptions options);

  /**
   * Decodes the best hypothesis of each source, in order.
   *
   * @param sources token ids from an objective, with {@code <s>} and {@code </s>}
   * @return token ids without the decoder's start token and the final {@code </s>}
   */
  default List<int[]> generate(List<int[]> sources, DecodingOptions options) {
    return hypotheses(sources, options).stream().map(all -> all.get(0).tokens()).toList();
  }
}
