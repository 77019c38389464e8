package org.palimpsest.torch.layer;

/** Where dropout masks are drawn. Both give the same masks. */
public enum MaskSource {
  /** By the JVM, in the forward pass, and kept for the backward pass: the faster way on a CPU. */
  HOST,
  /**
   * By tensor operations, in the forward pass and again in the backward pass: nothing is uploaded
   * and nothing is kept.
   */
  DEVICE
}
