package org.palimpsest.model;

/**
 * The precision of matrix products. Parameters, gradients, optimizer state, softmax, norms and the
 * loss are always fp32.
 */
public enum Precision {
  FP32,
  /** Inputs of matrix products are rounded to bfloat16. */
  BF16
}
