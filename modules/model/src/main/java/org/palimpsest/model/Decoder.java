package org.palimpsest.model;

import java.util.List;

/** Generates target sequences for source sequences. */
public interface Decoder {
  /**
   * One output for each source, in order; sources may differ in length.
   *
   * @param sources token ids as the objective makes them, {@code <s>} and {@code </s>} included
   * @return generated ids without the decoder's start token, up to and without the final {@code
   *     </s>}
   */
  List<int[]> generate(List<int[]> sources, DecodingOptions options);
}
