package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.DropoutMask;

/** Dropout of one forward pass, or none. */
final class Noise {
  private int stride;
  private DropoutKey key;
  private int slice;
  private int[] staged = new int[0];

  /** Says how many sites there are, so that slices of one batch draw apart. */
  void sites(int number) {
    stride = number;
  }

  void silence() {
    key = null;
  }

  void begin(DropoutKey key, int slice) {
    this.key = key;
    this.slice = slice;
  }

  /** Whether this pass drops nothing. */
  boolean isSilent() {
    return key == null;
  }

  /** Fills a contiguous tensor with factors of 0 or 1 / (1 − p). */
  void fill(DropoutMask masks, int site, Tensor mask) {
    int count = Math.toIntExact(mask.numel());
    if (staged.length < count) {
      staged = new int[count + count / 8];
    }
    masks.fill(key, slice * stride + site, staged, count);
    TorchVector.storeBits(mask, staged, count);
  }
}
