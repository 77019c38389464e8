package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.base.SplitMix;
import org.palimpsest.model.DropoutMask;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.Workspace;

/**
 * The masks of {@link DropoutMask} by tensor operations: {@link SplitMix} over 64-bit integers,
 * whose arithmetic wraps around as Java's does. Each draw gives four masks.
 */
final class DeviceMasks {
  private static final long FIRST = 0xBF58476D1CE4E5B9L;
  private static final long SECOND = 0x94D049BB133111EBL;

  /** Turns the order of unsigned 16-bit numbers into that of signed ones. */
  private static final long SIGNS = 0x8000_8000_8000_8000L;

  /** Draws that are made together, so that the scratch memory of a large mask is 100 MB. */
  private static final long PIECE = 1L << 22;

  private final Buffer counts;
  private final Buffer draws;
  private final Buffer shifted;
  private long counted;

  DeviceMasks(Workspace workspace) {
    counts = workspace.integerScratch("dropout counters");
    draws = workspace.integerScratch("dropout draws");
    shifted = workspace.integerScratch("dropout shifts");
  }

  /**
   * Fills a contiguous tensor with factors of 0 or 1 / (1 − p).
   *
   * @param stream of {@link DropoutMask#stream}
   */
  void fill(DropoutMask masks, long stream, Tensor mask) {
    Tensor factors = mask.view(-1);
    long elements = factors.size(0);
    for (long from = 0; from < elements; from += 4 * PIECE) {
      Tensor lanes = lanes(stream + from * SplitMix.GOLDEN, Math.min(4 * PIECE, elements - from));
      Tensor piece = factors.narrow(0, from, lanes.size(0));
      torch.ge_out(piece, lanes, new Scalar(masks.threshold() - (1 << 15)));
    }
    factors.mul_(new Scalar((double) masks.factor()));
  }

  /** 16 bits for each element, as a signed number in the order of the unsigned ones. */
  private Tensor lanes(long stream, long elements) {
    long number = (elements + 3) / 4;
    Tensor bits = draws.shaped(number);
    Tensor scratch = shifted.shaped(number);
    torch.add_out(bits, counters(number), new Scalar(stream));
    xorShifted(bits, 30, scratch).mul_(new Scalar(FIRST));
    xorShifted(bits, 27, scratch).mul_(new Scalar(SECOND));
    xorShifted(bits, 31, scratch).bitwise_xor_(new Scalar(SIGNS));
    return bits.view(torch.ScalarType.Short).narrow(0, 0, elements);
  }

  /** bits ← bits ^ (bits >>> by). */
  private static Tensor xorShifted(Tensor bits, int by, Tensor scratch) {
    torch.bitwise_right_shift_out(scratch, bits, new Scalar(by));
    // LibTorch's shift repeats the sign.
    scratch.bitwise_and_(new Scalar((1L << (64 - by)) - 1));
    return bits.bitwise_xor_(scratch);
  }

  /** 4i·GOLDEN for i from 0 on. */
  private Tensor counters(long number) {
    Tensor counters = counts.shaped(number);
    if (counted < number) {
      torch.arange_out(counters, new Scalar(number));
      counters.mul_(new Scalar(SplitMix.GOLDEN << 2));
      counted = number;
    }
    return counters;
  }
}
