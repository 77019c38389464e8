package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Tensor;

/**
 * What attention computes for each head: softmax(q·kᵀ + term)·v, with dropout of the softmax, and
 * its gradients. All tensors are operands, examples by heads by length by head width.
 */
interface HeadProducts {
  /** Whether it can compute a pass with that term. */
  boolean computes(ScoreTerm term);

  /**
   * The mix of values for each query, valid until the next call. Queries, keys and values must not
   * change until the backward pass.
   *
   * @param q scaled queries
   */
  Tensor forward(Tensor q, Tensor k, Tensor v, ScoreTerm term);

  /**
   * The gradients of the last pass; that of the scores goes to the term's relative bias.
   *
   * @param mixGradient which may be overwritten
   * @return valid until the next call
   */
  Gradients backward(Tensor mixGradient);

  /** Gradients of scaled queries, keys and values. */
  record Gradients(Tensor q, Tensor k, Tensor v) {}
}
