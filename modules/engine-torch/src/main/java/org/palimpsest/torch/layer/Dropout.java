package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.DropoutMask;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.Workspace;

/** Dropout at one site. */
public final class Dropout {
  private final DropoutRng rng;
  private final DropoutMask drawn;
  private final int site;
  private final Buffer masks;
  private Tensor mask;

  private Dropout(Workspace workspace, DropoutRng rng, double probability) {
    this.rng = rng;
    this.drawn = new DropoutMask(probability);
    this.site = workspace.nextSite();
    this.masks = workspace.buffer();
  }

  /** A site outside of attention and feed-forward. */
  public static Dropout outside(Workspace workspace, DropoutRng rng) {
    return new Dropout(workspace, rng, workspace.spec().dropout());
  }

  /**
   * A site inside attention or feed-forward; null where the probability is 0, because a site that
   * never draws would shift the draws of the sites after it.
   */
  static Dropout inside(Workspace workspace, DropoutRng rng, double probability) {
    return probability == 0 ? null : new Dropout(workspace, rng, probability);
  }

  /** Draws a mask of the shape of x for this pass; null for no dropout. */
  Tensor draw(Tensor x) {
    boolean silent = rng.isSilent() || drawn.isSilent();
    mask = silent ? null : masks.shaped(x.sizes().vec().get());
    if (mask != null) {
      rng.fill(drawn, site, mask);
    }
    return mask;
  }

  /** The mask of this pass; null for no dropout. */
  Tensor mask() {
    return mask;
  }

  /** Drops elements of x in place, and returns x. */
  public Tensor forward(Tensor x) {
    if (draw(x) != null) {
      x.mul_(mask);
    }
    return x;
  }

  public void backward(Tensor gradient) {
    if (mask != null) {
      gradient.mul_(mask);
    }
  }
}
