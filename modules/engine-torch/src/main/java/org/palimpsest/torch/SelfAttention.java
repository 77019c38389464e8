package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;

/** The sub-layer in which a sequence asks itself: LayerNorm(x + dropout(attention(x, x))). */
final class SelfAttention {
  private final long width;
  private final Linear project;
  private final Linear merge;
  private final Attention attention;
  private final Residual residual;
  private final Buffer contexts;
  private final Buffer projections;
  private final Buffer branch;
  private final Buffer contextGradients;
  private Tensor x;
  private Tensor context;

  SelfAttention(Workspace workspace, Noise noise, String layer) {
    width = workspace.spec().width();
    project = workspace.joined(layer + ".self_attn.q_proj", Math.toIntExact(3 * width));
    merge = workspace.linear(layer + ".self_attn.out_proj");
    attention = new Attention(workspace);
    residual = new Residual(workspace, noise, layer + ".self_attn_layer_norm");
    contexts = workspace.buffer();
    projections = workspace.scratch("projections");
    branch = workspace.scratch("branch");
    contextGradients = workspace.scratch("context gradient");
  }

  Tensor forward(Tensor x, Rows rows, Tensor mask) {
    this.x = x;
    long count = x.size(0);
    Tensor projected = projections.shaped(count + 1, 3 * width);
    project.forward(x, projected.narrow(0, 0, count));
    projected.narrow(0, count, 1).zero_();
    context = contexts.shaped(count, width);
    attention.forward(
        rows.asQueries(),
        rows.asKeys(),
        third(projected, 0),
        third(projected, 1),
        third(projected, 2),
        mask,
        context);
    Tensor out = branch.shaped(count, width);
    merge.forward(context, out);
    return residual.forward(x, out);
  }

  /** Replaces the output's gradient by that of x, in place. */
  void backward(Tensor gradient) {
    long count = x.size(0);
    residual.backward(gradient);
    Tensor out = residual.branch(gradient);
    merge.learn(out, context);
    Tensor contextGradient = contextGradients.shaped(count + 1, width);
    merge.propagate(out, contextGradient.narrow(0, 0, count));
    contextGradient.narrow(0, count, 1).zero_();
    Tensor projected = projections.shaped(count, 3 * width);
    attention.backward(
        contextGradient, third(projected, 0), third(projected, 1), third(projected, 2));
    project.learn(projected, x);
    project.accumulate(projected, gradient);
  }

  /**
   * One position of each row further.
   *
   * @param y one row for each sequence
   * @param past what the sequences have said; takes this position's keys and values
   */
  Tensor step(Tensor y, KeyValues past, Tensor mask) {
    long count = y.size(0);
    Tensor projected = projections.shaped(count, 3 * width);
    project.forward(y, projected);
    past.append(third(projected, 1), third(projected, 2));
    Tensor query = past.split(third(projected, 0));
    Tensor mixed = attention.once(query, past.keys(), past.values(), mask);
    Tensor out = branch.shaped(count, width);
    merge.forward(mixed.reshape(count, width), out);
    return residual.forward(y, out);
  }

  private Tensor third(Tensor projected, int which) {
    return projected.narrow(1, which * width, width);
  }
}
