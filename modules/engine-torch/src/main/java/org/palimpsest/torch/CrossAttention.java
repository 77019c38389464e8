package org.palimpsest.torch;

import org.bytedeco.pytorch.Tensor;

/** The sub-layer in which the decoder asks the encoder. */
final class CrossAttention {
  private final long inner;
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
  private Tensor read;
  private Tensor memory;
  private Tensor context;

  CrossAttention(Workspace workspace, Noise noise, String layer) {
    inner = workspace.spec().innerWidth();
    ask = workspace.linear(layer + ".encoder_attn.q_proj");
    answer = workspace.joined(layer + ".encoder_attn.k_proj", Math.toIntExact(2 * inner));
    merge = workspace.linear(layer + ".encoder_attn.out_proj");
    attention = new Attention(workspace, noise);
    residual = new Residual(workspace, noise, layer + ".encoder_attn_layer_norm");
    contexts = workspace.operandBuffer();
    queries = workspace.operandScratch("queries");
    answers = workspace.operandScratch("projections");
    branch = workspace.operandScratch("branch");
    contextGradients = workspace.operandScratch("context gradient");
  }

  /**
   * Asks.
   *
   * @param memory the encoder's output, as operands
   */
  Tensor forward(Tensor y, Rows rows, Tensor memory, Rows memoryRows, ScoreTerm term) {
    this.memory = memory;
    long count = y.size(0);
    long remembered = memory.size(0);
    read = residual.enter(y);
    Tensor query = queries.shaped(count + 1, inner);
    ask.forward(read, query.narrow(0, 0, count));
    query.narrow(0, count, 1).zero_();
    Tensor answered = answers.shaped(remembered + 1, 2 * inner);
    answer.forward(memory, answered.narrow(0, 0, remembered));
    answered.narrow(0, remembered, 1).zero_();
    context = contexts.shaped(count, inner);
    attention.forward(
        rows.asQueries(),
        memoryRows.asKeys(),
        query,
        half(answered, 0),
        half(answered, 1),
        term,
        context);
    Tensor out = branch.shaped(count, y.size(1));
    merge.forward(context, out);
    return residual.leave(y, out);
  }

  /** Replaces the output's gradient by that of y, in place, and adds that of the memory. */
  void backward(Tensor gradient, Tensor memoryGradient) {
    long count = gradient.size(0);
    Tensor out = residual.branch(gradient);
    merge.learn(out, context);
    Tensor contextGradient = contextGradients.shaped(count + 1, inner);
    merge.propagate(out, contextGradient.narrow(0, 0, count));
    contextGradient.narrow(0, count, 1).zero_();
    Tensor query = queries.shaped(count, inner);
    Tensor answered = answers.shaped(memory.size(0), 2 * inner);
    attention.backward(contextGradient, query, half(answered, 0), half(answered, 1));
    ask.learn(query, read);
    residual.through(ask, query, gradient);
    answer.learn(answered, memory);
    answer.accumulate(answered, memoryGradient);
  }

  /** Keys and values of the encoder's memory, computed once for all steps; in fresh memory. */
  KeyValues remember(Tensor memory, Rows memoryRows, long heads) {
    Tensor answered = answers.shaped(memory.size(0) + 1, 2 * inner);
    answer.forward(memory, answered.narrow(0, 0, memory.size(0)));
    answered.narrow(0, memory.size(0), 1).zero_();
    Tensor padded = memoryRows.asKeys().pad(answered, contexts);
    return KeyValues.of(heads, half(padded, 0), half(padded, 1));
  }

  /**
   * One position of each row further.
   *
   * @param y one row for each sequence; those of one example lie side by side
   * @param mask hides padding; null for none
   */
  Tensor step(Tensor y, KeyValues remembered, Tensor mask) {
    long count = y.size(0);
    long examples = remembered.examples();
    Tensor query = queries.shaped(count, inner);
    ask.forward(residual.enter(y), query);
    Tensor asked = remembered.split(query.view(examples, count / examples, inner));
    Tensor mixed = attention.once(asked, remembered.keys(), remembered.values(), mask);
    Tensor out = branch.shaped(count, y.size(1));
    merge.forward(mixed.transpose(1, 2).reshape(count, inner), out);
    return residual.leave(y, out);
  }

  private Tensor half(Tensor answered, int which) {
    return answered.narrow(answered.dim() - 1, which * inner, inner);
  }
}
