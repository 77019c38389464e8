package org.palimpsest.torch.memory;

/**
 * How a kind of device computes what it can compute in several ways. The ways of a GPU run on the
 * CPU too, where tests compare them.
 */
public record Execution(Masks masks, Attention attention) {
  /** The fastest ways on a CPU. */
  public static final Execution CPU = new Execution(Masks.HOST, Attention.PRODUCTS);

  /** The fastest ways on a GPU. */
  public static final Execution GPU = new Execution(Masks.DEVICE, Attention.FUSED);

  /** Where dropout masks are drawn. Both give the same masks. */
  public enum Masks {
    /** By the JVM, in the forward pass, and kept for the backward pass. */
    HOST,
    /**
     * By tensor operations, in the forward pass and again in the backward pass: nothing is uploaded
     * and nothing is kept.
     */
    DEVICE
  }

  /** How attention is computed. */
  public enum Attention {
    /** By batched matrix products, which keep the weights of all pairs. */
    PRODUCTS,
    /** By LibTorch's fused kernel where it can, that is, without dropout of weights. */
    FUSED
  }
}
