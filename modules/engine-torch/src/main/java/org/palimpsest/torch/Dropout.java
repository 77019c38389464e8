package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.DropoutMask;

/** Dropout at one site. */
final class Dropout {
  private final Noise noise;
  private final DropoutMask drawn;
  private final int site;
  private final Buffer masks;
  private Tensor mask;

  private Dropout(Workspace workspace, Noise noise, double probability) {
    this.noise = noise;
    this.drawn = new DropoutMask(probability);
    this.site = workspace.nextSite();
    this.masks = workspace.buffer();
  }

  /** Outside of attention and feed-forward. */
  static Dropout outside(Workspace workspace, Noise noise) {
    return new Dropout(workspace, noise, workspace.spec().dropout());
  }

  /**
   * Inside of them: null where the probability is 0, for a site that never draws would move the
   * draws of those after it.
   */
  static Dropout inside(Workspace workspace, Noise noise, double probability) {
    return probability == 0 ? null : new Dropout(workspace, noise, probability);
  }

  /** Draws a mask of that shape for this pass; null for none. */
  Tensor draw(Tensor x) {
    boolean silent = noise.isSilent() || drawn.isSilent();
    mask = silent ? null : masks.shaped(x.sizes().vec().get());
    if (mask != null) {
      noise.fill(drawn, site, mask);
    }
    return mask;
  }

  /** What this pass has drawn; null for none. */
  Tensor mask() {
    return mask;
  }

  /** Drops elements of x, and returns it. */
  Tensor forward(Tensor x) {
    if (draw(x) != null) {
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
