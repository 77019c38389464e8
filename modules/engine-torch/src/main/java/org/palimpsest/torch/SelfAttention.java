package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;

/** The sub-layer in which a sequence asks itself. */
final class SelfAttention {
  private final long inner;
  private final Linear project;
  private final Linear merge;
  private final Attention attention;
  private final Residual residual;
  private final Buffer contexts;
  private final Buffer projections;
  private final Buffer branch;
  private final Buffer contextGradients;
  private Tensor read;
  private Tensor context;

  SelfAttention(Workspace workspace, Noise noise, String layer) {
    inner = workspace.spec().innerWidth();
    project = workspace.joined(layer + ".self_attn.q_proj", Math.toIntExact(3 * inner));
    merge = workspace.linear(layer + ".self_attn.out_proj");
    attention = new Attention(workspace, noise);
    residual = new Residual(workspace, noise, layer + ".self_attn_layer_norm");
    contexts = workspace.operandBuffer();
    projections = workspace.operandScratch("projections");
    branch = workspace.operandScratch("branch");
    contextGradients = workspace.operandScratch("context gradient");
  }

  Tensor forward(Tensor x, Rows rows, ScoreTerm term) {
    long count = x.size(0);
    read = residual.enter(x);
    Tensor projected = projections.shaped(count + 1, 3 * inner);
    project.forward(read, projected.narrow(0, 0, count));
    projected.narrow(0, count, 1).zero_();
    context = contexts.shaped(count, inner);
    attention.forward(
        rows.asQueries(),
        rows.asKeys(),
        third(projected, 0),
        third(projected, 1),
        third(projected, 2),
        term,
        context);
    Tensor out = branch.shaped(count, x.size(1));
    merge.forward(context, out);
    return residual.leave(x, out);
  }

  /** Replaces the output's gradient by that of x, in place. */
  void backward(Tensor gradient) {
    long count = gradient.size(0);
    Tensor out = residual.branch(gradient);
    merge.learn(out, context);
    Tensor contextGradient = contextGradients.shaped(count + 1, inner);
    merge.propagate(out, contextGradient.narrow(0, 0, count));
    contextGradient.narrow(0, count, 1).zero_();
    Tensor projected = projections.shaped(count, 3 * inner);
    attention.backward(
        contextGradient, third(projected, 0), third(projected, 1), third(projected, 2));
    project.learn(projected, read);
    residual.through(project, projected, gradient);
  }

  /**
   * One position of each row further.
   *
   * @param y one row for each sequence
   * @param past what the sequences have said; takes this position's keys and values
   * @param bias of this position's distances, or null
   */
  Tensor step(Tensor y, KeyValues past, RelativeBias bias) {
    long count = y.size(0);
    Tensor projected = projections.shaped(count, 3 * inner);
    project.forward(residual.enter(y), projected);
    past.append(third(projected, 1), third(projected, 2));
    Tensor query = past.split(third(projected, 0));
    Tensor added = bias == null ? null : bias.last(past.length());
    Tensor mixed = attention.once(query, past.keys(), past.values(), added);
    Tensor out = branch.shaped(count, y.size(1));
    merge.forward(mixed.reshape(count, inner), out);
    return residual.leave(y, out);
  }

  private Tensor third(Tensor projected, int which) {
    return projected.narrow(1, which * inner, inner);
  }
}
