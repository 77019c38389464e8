package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;

/**
 * What is added to attention's scores.
 *
 * @param added hides pairs, and tells distances; broadcasts to examples, heads, queries, keys; null
 *     for nothing
 * @param learner takes the scores' gradient, if not null
 */
record ScoreTerm(Tensor added, RelativeBias learner) {
  static ScoreTerm fixed(Tensor added) {
    return new ScoreTerm(added, null);
  }
}
