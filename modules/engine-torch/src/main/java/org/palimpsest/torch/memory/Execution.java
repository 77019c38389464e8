package org.palimpsest.torch.memory;

import org.palimpsest.model.Device;
import org.palimpsest.model.Numerics;

/**
 * How a kind of device computes what it can compute in several ways. The ways of a GPU run on the
 * CPU too, where tests compare them.
 */
public record Execution(
    Masks masks, Attention attention, Chunks chunks, Uploads uploads, Stream stream) {
  /** The fastest ways on a CPU. */
  public static final Execution CPU =
      new Execution(
          Masks.HOST, Attention.PRODUCTS, Chunks.CACHED, Uploads.DIRECT, Stream.PARAMETERS);

  /** The fastest ways on a GPU. */
  public static final Execution GPU =
      new Execution(Masks.DEVICE, Attention.FUSED, Chunks.LARGE, Uploads.STAGED, Stream.OPERANDS);

  /** Ways of a GPU without additions in any order: fused attention adds gradients so. */
  public static final Execution REPEATABLE_GPU =
      new Execution(
          Masks.DEVICE, Attention.PRODUCTS, Chunks.LARGE, Uploads.STAGED, Stream.OPERANDS);

  /** The fastest ways of a device that keep a promise about the order of additions. */
  public static Execution of(Device device, Numerics.Additions additions) {
    if (!device.isCuda()) {
      return CPU;
    }
    return additions == Numerics.Additions.FIXED_ORDER ? REPEATABLE_GPU : GPU;
  }

  /** How many rows go through the head at once. */
  public enum Chunks {
    /** Few enough that their logits stay in the cache of a CPU. */
    CACHED(16L << 20),
    /** Thousands, because the products of fewer do not fill a GPU: logits of half a GiB in fp32. */
    LARGE(128L << 20);

    private final long mostLogits;

    Chunks(long mostLogits) {
      this.mostLogits = mostLogits;
    }

    /** Largest number of logits of a chunk, except for the fewest rows. */
    public long mostLogits() {
      return mostLogits;
    }

    /** Rows of a chunk, however large the vocabulary is. */
    public long fewestRows() {
      return 128;
    }
  }

  /** The number type of the residual stream; see {@link ResidualStream}. */
  public enum Stream {
    /** That of the parameters: each product is widened, and each of its inputs is rounded. */
    PARAMETERS,
    /**
     * That of the operands of products, which in bf16 has half the bytes; norms keep the statistics
     * of rows in the parameters' type.
     */
    OPERANDS
  }

  /** How numbers cross to the device. */
  public enum Uploads {
    /** From the memory where they are. */
    DIRECT,
    /** Through memory from which a GPU copies while the host goes on. */
    STAGED
  }

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
