package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What closes each sub-layer of a post-norm transformer: LayerNorm(x + dropout(branch)). */
final class Residual {
  private final Norm norm;
  private final Noise noise;
  private final int site;
  private final Buffer masks;
  private final Buffer scratch;
  private Tensor mask;

  Residual(Workspace workspace, Noise noise, String name) {
    this.norm = new Norm(workspace, name);
    this.noise = noise;
    this.site = workspace.nextSite();
    this.masks = workspace.buffer();
    this.scratch = workspace.scratch("branch gradient");
  }

  Tensor forward(Tensor x, Tensor branch) {
    Tensor sum = norm.input(x.size(0));
    mask = noise.isSilent() ? null : masks.shaped(x.size(0), x.size(1));
    if (mask == null) {
      torch.add_out(sum, x, branch);
    } else {
      noise.fill(site, mask);
      torch.addcmul_out(sum, x, branch, mask);
    }
    return norm.forward();
  }

  /**
   * Replaces the output's gradient, in place, by that of the sum; it is x's as far as x does not go
   * through the branch.
   */
  void backward(Tensor gradient) {
    norm.backward(gradient);
  }

  /** The branch's gradient. Without dropout it is the sum's own memory. */
  Tensor branch(Tensor sumGradient) {
    if (mask == null) {
      return sumGradient;
    }
    Tensor branch = scratch.shaped(sumGradient.size(0), sumGradient.size(1));
    torch.mul_out(branch, sumGradient, mask);
    return branch;
  }
}
