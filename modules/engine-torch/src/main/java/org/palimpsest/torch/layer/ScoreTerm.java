package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A term added to the scores of attention, for one pass of all layers that share it. */
public final class ScoreTerm {
  private final Tensor added;
  private final RelativeBias bias;
  private Tensor operand;

  /**
   * A term.
   *
   * @param added masks and relative bias; broadcasts to examples, heads, queries, keys; null for
   *     nothing
   * @param bias receives the gradient of the scores; null without relative bias
   */
  ScoreTerm(Tensor added, RelativeBias bias) {
    this.added = added;
    this.bias = bias;
  }

  /** A term without gradient. */
  public static ScoreTerm fixed(Tensor added) {
    return new ScoreTerm(added, null);
  }

  Tensor added() {
    return added;
  }

  RelativeBias bias() {
    return bias;
  }

  /** The term in another type, converted once for all layers; null for nothing. */
  Tensor as(torch.ScalarType type) {
    if (operand == null && added != null) {
      operand = added.to(type);
    }
    return operand;
  }
}
