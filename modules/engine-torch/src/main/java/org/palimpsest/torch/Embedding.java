package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The way into a stack: dropout(LayerNorm(token + position)). */
final class Embedding {
  private final Tensor tokens;
  private final Tensor positions;
  private final Tensor tokenGradient;
  private final Tensor positionGradient;
  private final Norm norm;
  private final Noise noise;
  private final int site;
  private final Buffer masks;
  private final Buffer scratch;
  private Rows rows;
  private Tensor mask;

  Embedding(Workspace workspace, Noise noise, String stack) {
    tokens = workspace.parameter("model.shared.weight");
    positions = workspace.parameter(stack + ".embed_positions.weight");
    tokenGradient = workspace.gradient("model.shared.weight");
    positionGradient = workspace.gradient(stack + ".embed_positions.weight");
    norm = new Norm(workspace, stack + ".layernorm_embedding");
    this.noise = noise;
    site = workspace.nextSite();
    masks = workspace.buffer();
    scratch = workspace.scratch("branch");
  }

  Tensor forward(Rows rows) {
    this.rows = rows;
    Tensor sum = norm.input(rows.count());
    Tensor place = scratch.shaped(rows.count(), sum.size(1));
    torch.index_select_out(sum, tokens, 0, rows.tokens());
    torch.index_select_out(place, positions, 0, rows.positions());
    sum.add_(place);
    Tensor output = norm.forward();
    mask = noise.isSilent() ? null : masks.shaped(output.size(0), output.size(1));
    if (mask != null) {
      noise.fill(site, mask);
      output.mul_(mask);
    }
    return output;
  }

  /** Consumes the output's gradient. */
  void backward(Tensor gradient) {
    if (mask != null) {
      gradient.mul_(mask);
    }
    norm.backward(gradient);
    tokenGradient.index_add_(0, rows.tokens(), gradient);
    positionGradient.index_add_(0, rows.positions(), gradient);
  }
}
