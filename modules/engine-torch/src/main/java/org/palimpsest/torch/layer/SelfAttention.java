package org.palimpsest.torch.layer;

import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Rows;

/** The sub-layer in which a sequence attends to itself. */
public final class SelfAttention {
  private final long inner;
  private final Linear projection;
  private final Linear outputProjection;
  private final Attention attention;
  private final Residual residual;
  private final Buffer contexts;
  private final Buffer projections;
  private final Buffer branch;
  private final Buffer contextGradients;
  private Tensor input;
  private Tensor context;

  public SelfAttention(Workspace workspace, DropoutRng rng, String layer) {
    inner = workspace.spec().innerWidth();
    projection = Linear.joined(workspace, layer + ".self_attn.q_proj", Math.toIntExact(3 * inner));
    outputProjection = Linear.of(workspace, layer + ".self_attn.out_proj");
    attention = new Attention(workspace, rng);
    residual = new Residual(workspace, rng, layer + ".self_attn_layer_norm");
    contexts = workspace.operandBuffer();
    projections = workspace.operandScratch("projections");
    branch = workspace.operandScratch("branch");
    contextGradients = workspace.operandScratch("context gradient");
  }

  public Tensor forward(Tensor x, Rows rows, ScoreTerm term) {
    long count = x.size(0);
    input = residual.enter(x);
    Tensor projected = projections.shaped(count + 1, 3 * inner);
    projection.forward(input, projected.narrow(0, 0, count));
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
    outputProjection.forward(context, out);
    return residual.leave(x, out);
  }

  /** Replaces the output's gradient by that of x, in place. */
  public void backward(Tensor gradient) {
    long count = gradient.size(0);
    Tensor out = residual.branch(gradient);
    outputProjection.learn(out, context);
    Tensor contextGradient = contextGradients.shaped(count + 1, inner);
    outputProjection.propagate(out, contextGradient.narrow(0, 0, count));
    contextGradient.narrow(0, count, 1).zero_();
    Tensor projected = projections.shaped(count, 3 * inner);
    attention.backward(
        contextGradient, third(projected, 0), third(projected, 1), third(projected, 2));
    projection.learn(projected, input);
    residual.through(projection, projected, gradient);
  }

  /**
   * Decodes one position of each sequence.
   *
   * @param y one row per sequence
   * @param past keys and values of the earlier positions; this position is appended
   * @param bias gives that of the last of some positions, or null
   */
  public Tensor step(Tensor y, KeyValues past, IntFunction<Tensor> bias) {
    long count = y.size(0);
    Tensor projected = projections.shaped(count, 3 * inner);
    projection.forward(residual.enter(y), projected);
    past.append(third(projected, 1), third(projected, 2));
    Tensor query = past.split(third(projected, 0));
    Tensor added = bias.apply(past.length());
    Tensor contextHeads = attention.decode(query, past.keys(), past.values(), added);
    Tensor out = branch.shaped(count, y.size(1));
    outputProjection.forward(contextHeads.reshape(count, inner), out);
    return residual.leave(y, out);
  }

  private Tensor third(Tensor projected, int which) {
    return projected.narrow(1, which * inner, inner);
  }
}
