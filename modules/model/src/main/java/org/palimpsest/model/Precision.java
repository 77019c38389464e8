package org.palimpsest.model;

/**
 * What matrix products are computed in. Parameters, gradients, optimizer state, softmax, norms and
 * the loss are fp32 in any case.
 */
public enum Precision {
  FP32,
  /** Inputs of matrix products are rounded to bfloat16. */
  BF16
}
