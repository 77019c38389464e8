package org.palimpsest.model;

/**
 * The precision of matrix products. Parameters, gradients, optimizer state, softmax, norms and the
 * loss are always fp32.
 */
public enum Precision {
  FP32,
  /**
   * Tensor cores of CUDA GPUs read inputs of fp32 products with 10 bits of fraction instead of 23.
   */
  TF32,
  /** Inputs of matrix products are rounded to bfloat16. */
  BF16
}
