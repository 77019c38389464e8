package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.DropoutMask;
import org.palimpsest.model.NoiseKey;

/** Dropout of one forward pass, or none. */
final class Noise {
  private final DropoutMask masks;
  private int stride;
  private NoiseKey key;
  private int slice;
  private int[] staged = new int[0];

  /** Silent until it begins. */
  Noise(DropoutMask masks) {
    this.masks = masks;
  }

  /** Says how many sites there are, so that slices of one batch draw apart. */
  void sites(int number) {
    stride = number;
  }

  void silence() {
    key = null;
  }

  void begin(NoiseKey key, int slice) {
    this.key = masks.isSilent() ? null : key;
    this.slice = slice;
  }

  boolean isSilent() {
    return key == null;
  }

  /** Fills a contiguous tensor with factors of 0 or 1 / (1 − p). */
  void fill(int site, Tensor mask) {
    int count = Math.toIntExact(mask.numel());
    if (staged.length < count) {
      staged = new int[count + count / 8];
    }
    masks.fill(key, slice * stride + site, staged, count);
    TorchVector.storeBits(mask, staged, count);
  }
}
