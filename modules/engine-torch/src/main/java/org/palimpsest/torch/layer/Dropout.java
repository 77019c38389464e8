package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.DropoutMask;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.Workspace;

/** Dropout at one site. */
public final class Dropout {
  private final DropoutRng rng;
  private final DropoutMask drawn;
  private final int site;
  private final Buffer masks;
  private long[] shape;

  private Dropout(Workspace workspace, DropoutRng rng, double probability) {
    this.rng = rng;
    this.drawn = new DropoutMask(probability);
    this.site = workspace.nextSite();
    this.masks =
        rng.source() == Execution.Masks.HOST
            ? workspace.buffer()
            : workspace.scratch("dropout mask");
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

  /** Draws a mask of the shape of x for this pass, for immediate use; null for no dropout. */
  Tensor draw(Tensor x) {
    shape = isSilent() ? null : x.sizes().vec().get();
    return shape == null ? null : filled();
  }

  /** Whether this pass drops nothing here. */
  boolean isSilent() {
    return rng.isSilent() || drawn.isSilent();
  }

  /** The mask of this pass, for immediate use; null for no dropout. */
  Tensor mask() {
    if (shape == null) {
      return null;
    }
    return rng.source() == Execution.Masks.HOST ? masks.shaped(shape) : filled();
  }

  private Tensor filled() {
    Tensor mask = masks.shaped(shape);
    rng.fill(drawn, site, mask);
    return mask;
  }

  /** Drops elements of x in place, and returns x. */
  public Tensor forward(Tensor x) {
    Tensor mask = draw(x);
    return mask == null ? x : x.mul_(mask);
  }

  /** Replaces the output's gradient by the input's, in place. */
  public void backward(Tensor gradient) {
    Tensor mask = mask();
    if (mask != null) {
      gradient.mul_(mask);
    }
  }
}
