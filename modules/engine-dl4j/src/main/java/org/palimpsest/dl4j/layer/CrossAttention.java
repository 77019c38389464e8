package org.palimpsest.dl4j.layer;

import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.memory.Buffer;
import org.palimpsest.dl4j.memory.Workspace;
import org.palimpsest.model.replica.Spans;

/** The sub-layer in which the decoder asks the encoder. */
public final class CrossAttention {
  private final Kernels kernels;
  private final int width;
  private final Linear ask;
  private final Linear answer;
  private final Linear merge;
  private final Attention attention;
  private final Residual residual;
  private final Buffer queries;
  private final Buffer answers;
  private final Buffer contexts;
  private final Buffer branch;
  private final Buffer contextGradients;
  private final Buffer queryGradients;
  private final Buffer answerGradients;
  private Matrix entered;
  private Matrix memory;
  private Matrix context;

  public CrossAttention(Workspace workspace, Dropout.Rng rng, String layer) {
    kernels = workspace.kernels();
    width = workspace.spec().innerWidth();
    ask = new Linear(workspace, layer + ".encoder_attn.q_proj", width);
    answer = new Linear(workspace, layer + ".encoder_attn.k_proj", 2 * width);
    merge = new Linear(workspace, layer + ".encoder_attn.out_proj", workspace.spec().width());
    attention = new Attention(workspace);
    residual = new Residual(workspace, rng, layer + ".encoder_attn_layer_norm");
    queries = workspace.buffer();
    answers = workspace.buffer();
    contexts = workspace.buffer();
    branch = workspace.scratch("branch");
    contextGradients = workspace.scratch("context gradient");
    queryGradients = workspace.scratch("query gradient");
    answerGradients = workspace.scratch("projection gradient");
  }

  public Matrix forward(Matrix y, Spans asking, Matrix memory, Spans asked) {
    this.memory = memory;
    Matrix answered = answers.shaped(memory.rows(), 2 * width);
    answer.forward(memory, answered);
    return attend(y, asking, half(answered, 0), half(answered, 1), asked);
  }

  private Matrix attend(Matrix y, Spans asking, Matrix keys, Matrix values, Spans asked) {
    entered = residual.enter(y);
    Matrix query = queries.shaped(y.rows(), width);
    ask.forward(entered, query);
    context = contexts.shaped(y.rows(), width);
    attention.forward(query, keys, values, asking, asked, Attention.View.all(null), context);
    Matrix out = branch.shaped(y.rows(), merge.outputs());
    merge.forward(context, out);
    return residual.leave(y, out);
  }

  /** Replaces the output's gradient by that of y, in place, and adds that of the memory. */
  public void backward(Matrix gradient, Matrix memoryGradient) {
    residual.backward(gradient);
    Matrix out = residual.branchGradient(gradient);
    merge.learn(out, context);
    Matrix contextGradient = contextGradients.shaped(gradient.rows(), width);
    merge.propagate(out, contextGradient);
    Matrix query = queryGradients.shaped(gradient.rows(), width);
    Matrix answered = answerGradients.shaped(memory.rows(), 2 * width);
    attention.backward(contextGradient, query, half(answered, 0), half(answered, 1));
    Matrix enteredGradient = residual.entered(gradient);
    ask.learn(query, entered);
    ask.accumulate(query, enteredGradient);
    residual.finish(enteredGradient, gradient);
    answer.learn(answered, memory);
    answer.accumulate(answered, memoryGradient);
  }

  /** Keys and values of the encoder's memory, computed once for all steps. */
  public KeyValues projectMemory(Workspace workspace, Matrix memory) {
    Matrix answered = answers.shaped(memory.rows(), 2 * width);
    answer.forward(memory, answered);
    KeyValues remembered = KeyValues.allocate(workspace, memory.rows());
    kernels.copy(half(answered, 0), remembered.keys());
    kernels.copy(half(answered, 1), remembered.values());
    return remembered;
  }

  /**
   * One position of each sequence further.
   *
   * @param asking the rows of {@code y} that ask each source
   */
  public Matrix step(Matrix y, Spans asking, KeyValues remembered, Spans asked) {
    return attend(y, asking, remembered.keys(), remembered.values(), asked);
  }

  private Matrix half(Matrix answered, int which) {
    return answered.columns(which * width, width);
  }
}
