package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Tensor;

/**
 * A term added to the scores of attention.
 *
 * @param added masks and relative bias; broadcasts to examples, heads, queries, keys; null for
 *     nothing
 * @param bias receives the gradient of the scores; null without relative bias
 */
public record ScoreTerm(Tensor added, RelativeBias bias) {
  public static ScoreTerm fixed(Tensor added) {
    return new ScoreTerm(added, null);
  }
}
