package org.palimpsest.dl4j.layer;

import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.memory.Buffer;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.replica.Spans;

/** The sub-layer in which a sequence attends to itself. */
public final class SelfAttention {
  private final Kernels kernels;
  private final int width;
  private final Linear project;
  private final Linear outputProjection;
  private final Attention attention;
  private final Residual residual;
  private final Buffer projections;
  private final Buffer contexts;
  private final Buffer branch;
  private final Buffer contextGradients;
  private final Buffer projectionGradients;
  private Matrix input;
  private Matrix context;

  public SelfAttention(Workspace workspace, Dropout.Rng rng, String layer) {
    kernels = workspace.kernels();
    width = workspace.spec().innerWidth();
    project = new Linear(workspace, layer + ".self_attn.q_proj", 3 * width);
    outputProjection =
        new Linear(workspace, layer + ".self_attn.out_proj", workspace.spec().width());
    attention = new Attention(workspace);
    residual = new Residual(workspace, rng, layer + ".self_attn_layer_norm");
    projections = workspace.buffer();
    contexts = workspace.buffer();
    branch = workspace.scratch("branch");
    contextGradients = workspace.scratch("context gradient");
    projectionGradients = workspace.scratch("projection gradient");
  }

  public Matrix forward(Matrix x, Spans spans, Attention.View view) {
    Matrix projected = project(x);
    return attend(x, third(projected, 1), third(projected, 2), spans, spans, view);
  }

  private Matrix project(Matrix x) {
    input = residual.enter(x);
    Matrix projected = projections.shaped(x.rows(), 3 * width);
    project.forward(input, projected);
    return projected;
  }

  private Matrix attend(
      Matrix x, Matrix keys, Matrix values, Spans querySpans, Spans keySpans, Attention.View view) {
    Matrix query = third(projections.shaped(x.rows(), 3 * width), 0);
    context = contexts.shaped(x.rows(), width);
    attention.forward(query, keys, values, querySpans, keySpans, view, context);
    Matrix out = branch.shaped(x.rows(), outputProjection.outputs());
    outputProjection.forward(context, out);
    return residual.leave(x, out);
  }

  /** Replaces the output's gradient by that of x, in place. */
  public void backward(Matrix gradient) {
    residual.backward(gradient);
    Matrix out = residual.branchGradient(gradient);
    outputProjection.learn(out, context);
    Matrix contextGradient = contextGradients.shaped(gradient.rows(), width);
    outputProjection.propagate(out, contextGradient);
    Matrix projected = projectionGradients.shaped(gradient.rows(), 3 * width);
    attention.backward(
        contextGradient, third(projected, 0), third(projected, 1), third(projected, 2));
    Matrix inputGradient = residual.inputGradient(gradient);
    project.learn(projected, input);
    project.accumulate(projected, inputGradient);
    residual.finish(inputGradient, gradient);
  }

  /**
   * Decodes one position of each sequence.
   *
   * @param y one row per sequence
   * @param past keys and values of the earlier positions; this position is appended
   * @param room rows per sequence in {@code past}
   * @param position this position
   */
  public Matrix step(Matrix y, KeyValues past, int room, int position, RelativeBias bias) {
    Matrix projected = project(y);
    past.append(kernels, third(projected, 1), third(projected, 2), room, position);
    return attend(
        y,
        past.keys(),
        past.values(),
        Spans.even(y.rows(), 1, 1),
        Spans.even(y.rows(), room, position + 1),
        new Attention.View(Kernels.Future.SEEN, position, bias));
  }

  private Matrix third(Matrix projected, int which) {
    return projected.columns(which * width, width);
  }
}
