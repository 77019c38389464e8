package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;

/** The sub-layer in which the decoder asks the encoder: LayerNorm(y + dropout(attention(y, m))). */
final class CrossAttention {
  private final long width;
  private final Linear ask;
  private final Linear answer;
  private final Linear merge;
  private final Attention attention;
  private final Residual residual;
  private final Buffer contexts;
  private final Buffer queries;
  private final Buffer answers;
  private final Buffer branch;
  private final Buffer contextGradients;
  private Tensor y;
  private Tensor memory;
  private Tensor context;

  CrossAttention(Workspace workspace, Noise noise, String layer) {
    width = workspace.spec().width();
    ask = workspace.linear(layer + ".encoder_attn.q_proj");
    answer = workspace.joined(layer + ".encoder_attn.k_proj", Math.toIntExact(2 * width));
    merge = workspace.linear(layer + ".encoder_attn.out_proj");
    attention = new Attention(workspace);
    residual = new Residual(workspace, noise, layer + ".encoder_attn_layer_norm");
    contexts = workspace.buffer();
    queries = workspace.scratch("queries");
    answers = workspace.scratch("projections");
    branch = workspace.scratch("branch");
    contextGradients = workspace.scratch("context gradient");
  }

  Tensor forward(Tensor y, Rows rows, Tensor memory, Rows memoryRows, Tensor mask) {
    this.y = y;
    this.memory = memory;
    long count = y.size(0);
    long remembered = memory.size(0);
    Tensor query = queries.shaped(count + 1, width);
    ask.forward(y, query.narrow(0, 0, count));
    query.narrow(0, count, 1).zero_();
    Tensor answered = answers.shaped(remembered + 1, 2 * width);
    answer.forward(memory, answered.narrow(0, 0, remembered));
    answered.narrow(0, remembered, 1).zero_();
    context = contexts.shaped(count, width);
    attention.forward(
        rows.asQueries(),
        memoryRows.asKeys(),
        query,
        half(answered, 0),
        half(answered, 1),
        mask,
        context);
    Tensor out = branch.shaped(count, width);
    merge.forward(context, out);
    return residual.forward(y, out);
  }

  /** Replaces the output's gradient by that of y, in place, and adds that of the memory. */
  void backward(Tensor gradient, Tensor memoryGradient) {
    long count = y.size(0);
    residual.backward(gradient);
    Tensor out = residual.branch(gradient);
    merge.learn(out, context);
    Tensor contextGradient = contextGradients.shaped(count + 1, width);
    merge.propagate(out, contextGradient.narrow(0, 0, count));
    contextGradient.narrow(0, count, 1).zero_();
    Tensor query = queries.shaped(count, width);
    Tensor answered = answers.shaped(memory.size(0), 2 * width);
    attention.backward(contextGradient, query, half(answered, 0), half(answered, 1));
    ask.learn(query, y);
    ask.accumulate(query, gradient);
    answer.learn(answered, memory);
    answer.accumulate(answered, memoryGradient);
  }

  /** Keys and values of the encoder's memory, computed once for all steps; in fresh memory. */
  KeyValues remember(Tensor memory, Rows memoryRows, long heads) {
    Tensor answered = answers.shaped(memory.size(0) + 1, 2 * width);
    answer.forward(memory, answered.narrow(0, 0, memory.size(0)));
    answered.narrow(0, memory.size(0), 1).zero_();
    Tensor padded = memoryRows.asKeys().pad(answered, contexts);
    return KeyValues.of(heads, half(padded, 0), half(padded, 1));
  }

  /**
   * One position of each row further.
   *
   * @param y one row for each sequence; those of one example lie side by side
   */
  Tensor step(Tensor y, KeyValues remembered, Tensor mask) {
    long count = y.size(0);
    long examples = remembered.examples();
    Tensor query = queries.shaped(count, width);
    ask.forward(y, query);
    Tensor asked = remembered.split(query.view(examples, count / examples, width));
    Tensor mixed = attention.once(asked, remembered.keys(), remembered.values(), mask);
    Tensor out = branch.shaped(count, width);
    merge.forward(mixed.transpose(1, 2).reshape(count, width), out);
    return residual.forward(y, out);
  }

  private Tensor half(Tensor answered, int which) {
    return answered.narrow(answered.dim() - 1, which * width, width);
  }
}
