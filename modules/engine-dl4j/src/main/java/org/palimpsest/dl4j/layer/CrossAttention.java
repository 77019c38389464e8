package org.palimpsest.dl4j.layer;

import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.memory.Buffer;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.replica.Spans;

/** The sub-layer in which the decoder attends to the encoder's output. */
public final class CrossAttention {
  private final Kernels kernels;
  private final int width;
  private final Linear queryProjection;
  private final Linear keyValueProjection;
  private final Linear outputProjection;
  private final Attention attention;
  private final Residual residual;
  private final Buffer queryRows;
  private final Buffer keyValues;
  private final Buffer contexts;
  private final Buffer branch;
  private final Buffer contextGradients;
  private final Buffer queryGradients;
  private final Buffer keyValueGradients;
  private Matrix input;
  private Matrix memory;
  private Matrix context;

  public CrossAttention(Workspace workspace, Dropout.Rng rng, String layer) {
    kernels = workspace.kernels();
    width = workspace.spec().innerWidth();
    queryProjection = new Linear(workspace, layer + ".encoder_attn.q_proj", width);
    keyValueProjection = new Linear(workspace, layer + ".encoder_attn.k_proj", 2 * width);
    outputProjection =
        new Linear(workspace, layer + ".encoder_attn.out_proj", workspace.spec().width());
    attention = new Attention(workspace);
    residual = new Residual(workspace, rng, layer + ".encoder_attn_layer_norm");
    queryRows = workspace.buffer();
    keyValues = workspace.buffer();
    contexts = workspace.buffer();
    branch = workspace.scratch("branch");
    contextGradients = workspace.scratch("context gradient");
    queryGradients = workspace.scratch("query gradient");
    keyValueGradients = workspace.scratch("projection gradient");
  }

  public Matrix forward(Matrix y, Spans queries, Matrix memory, Spans sources) {
    this.memory = memory;
    Matrix projected = keyValues.shaped(memory.rows(), 2 * width);
    keyValueProjection.forward(memory, projected);
    return attend(y, queries, half(projected, 0), half(projected, 1), sources);
  }

  private Matrix attend(Matrix y, Spans queries, Matrix keys, Matrix values, Spans sources) {
    input = residual.enter(y);
    Matrix query = queryRows.shaped(y.rows(), width);
    queryProjection.forward(input, query);
    context = contexts.shaped(y.rows(), width);
    attention.forward(query, keys, values, queries, sources, Attention.View.all(null), context);
    Matrix out = branch.shaped(y.rows(), outputProjection.outputs());
    outputProjection.forward(context, out);
    return residual.leave(y, out);
  }

  /** Replaces the output's gradient by that of y, in place, and adds that of the memory. */
  public void backward(Matrix gradient, Matrix memoryGradient) {
    residual.backward(gradient);
    Matrix out = residual.branchGradient(gradient);
    outputProjection.learn(out, context);
    Matrix contextGradient = contextGradients.shaped(gradient.rows(), width);
    outputProjection.propagate(out, contextGradient);
    Matrix query = queryGradients.shaped(gradient.rows(), width);
    Matrix projected = keyValueGradients.shaped(memory.rows(), 2 * width);
    attention.backward(contextGradient, query, half(projected, 0), half(projected, 1));
    Matrix inputGradient = residual.inputGradient(gradient);
    queryProjection.learn(query, input);
    queryProjection.accumulate(query, inputGradient);
    residual.finish(inputGradient, gradient);
    keyValueProjection.learn(projected, memory);
    keyValueProjection.accumulate(projected, memoryGradient);
  }

  /** Keys and values of the encoder's output, computed once for all steps. */
  public KeyValues projectMemory(Workspace workspace, Matrix memory) {
    Matrix projected = keyValues.shaped(memory.rows(), 2 * width);
    keyValueProjection.forward(memory, projected);
    KeyValues cached = KeyValues.allocate(workspace, memory.rows());
    kernels.copy(half(projected, 0), cached.keys());
    kernels.copy(half(projected, 1), cached.values());
    return cached;
  }

  /**
   * Decodes one position of each sequence.
   *
   * @param queries the rows of {@code y} that attend to each source
   */
  public Matrix step(Matrix y, Spans queries, KeyValues cached, Spans sources) {
    return attend(y, queries, cached.keys(), cached.values(), sources);
  }

  private Matrix half(Matrix projected, int which) {
    return projected.columns(which * width, width);
  }
}
