package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;

/** Dropout at one site, in place. */
final class Dropout {
  private final Noise noise;
  private final int site;
  private final Buffer masks;
  private Tensor mask;

  Dropout(Workspace workspace, Noise noise) {
    this.noise = noise;
    this.site = workspace.nextSite();
    this.masks = workspace.buffer();
  }

  /** Drops elements of x, and returns it. */
  Tensor forward(Tensor x) {
    mask = noise.isSilent() ? null : masks.shaped(x.size(0), x.size(1));
    if (mask != null) {
      noise.fill(site, mask);
      x.mul_(mask);
    }
    return x;
  }

  void backward(Tensor gradient) {
    if (mask != null) {
      gradient.mul_(mask);
    }
  }
}
