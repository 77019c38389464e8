package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Rows;

/** The sub-layer in which the decoder attends to the encoder's output. */
public final class CrossAttention {
  private final long inner;
  private final Linear queryProjection;
  private final Linear keyValueProjection;
  private final Linear outputProjection;
  private final Attention attention;
  private final Residual residual;
  private final Buffer contexts;
  private final Buffer queries;
  private final Buffer keyValues;
  private final Buffer branch;
  private final Buffer contextGradients;
  private Tensor input;
  private Tensor memory;
  private Tensor context;

  public CrossAttention(Workspace workspace, DropoutRng rng, String layer) {
    inner = workspace.spec().innerWidth();
    queryProjection = Linear.of(workspace, layer + ".encoder_attn.q_proj");
    keyValueProjection =
        Linear.joined(workspace, layer + ".encoder_attn.k_proj", Math.toIntExact(2 * inner));
    outputProjection = Linear.of(workspace, layer + ".encoder_attn.out_proj");
    attention = new Attention(workspace, rng);
    residual = new Residual(workspace, rng, layer + ".encoder_attn_layer_norm");
    contexts = workspace.operandBuffer();
    queries = workspace.operandScratch("queries");
    keyValues = workspace.operandScratch("projections");
    branch = workspace.operandScratch("branch");
    contextGradients = workspace.operandScratch("context gradient");
  }

  /**
   * Attends to the memory.
   *
   * @param memory the encoder's output, as operands
   */
  public Tensor forward(Tensor y, Rows rows, Tensor memory, Rows memoryRows, ScoreTerm term) {
    this.memory = memory;
    long count = y.size(0);
    long memoryCount = memory.size(0);
    input = residual.enter(y);
    Tensor query = queries.shaped(count + 1, inner);
    queryProjection.forward(input, query.narrow(0, 0, count));
    query.narrow(0, count, 1).zero_();
    Tensor projected = keyValues.shaped(memoryCount + 1, 2 * inner);
    keyValueProjection.forward(memory, projected.narrow(0, 0, memoryCount));
    projected.narrow(0, memoryCount, 1).zero_();
    context = contexts.shaped(count, inner);
    attention.forward(
        rows.asQueries(),
        memoryRows.asKeys(),
        query,
        half(projected, 0),
        half(projected, 1),
        term,
        context);
    Tensor out = branch.shaped(count, y.size(1));
    outputProjection.forward(context, out);
    return residual.leave(y, out);
  }

  /** Replaces the output's gradient by that of y, in place, and adds that of the memory. */
  public void backward(Tensor gradient, Tensor memoryGradient) {
    long count = gradient.size(0);
    Tensor out = residual.branch(gradient);
    outputProjection.learn(out, context);
    Tensor contextGradient = contextGradients.shaped(count + 1, inner);
    outputProjection.propagate(out, contextGradient.narrow(0, 0, count));
    contextGradient.narrow(0, count, 1).zero_();
    Tensor query = queries.shaped(count, inner);
    Tensor projected = keyValues.shaped(memory.size(0), 2 * inner);
    attention.backward(contextGradient, query, half(projected, 0), half(projected, 1));
    queryProjection.learn(query, input);
    residual.through(queryProjection, query, gradient);
    keyValueProjection.learn(projected, memory);
    keyValueProjection.accumulate(projected, memoryGradient);
  }

  /** Keys and values of the encoder's output, computed once for all steps; newly allocated. */
  public KeyValues projectMemory(Tensor memory, Rows memoryRows, long heads) {
    Tensor projected = keyValues.shaped(memory.size(0) + 1, 2 * inner);
    keyValueProjection.forward(memory, projected.narrow(0, 0, memory.size(0)));
    projected.narrow(0, memory.size(0), 1).zero_();
    Tensor padded = memoryRows.asKeys().pad(projected, contexts);
    return KeyValues.of(heads, half(padded, 0), half(padded, 1));
  }

  /**
   * Decodes one position of each sequence.
   *
   * @param y one row per sequence; the sequences of a source are adjacent
   * @param mask hides padding; null without padding
   */
  public Tensor step(Tensor y, KeyValues memory, Tensor mask) {
    long count = y.size(0);
    long examples = memory.examples();
    Tensor query = queries.shaped(count, inner);
    queryProjection.forward(residual.enter(y), query);
    Tensor queryHeads = memory.split(query.view(examples, count / examples, inner));
    Tensor contextHeads = attention.decode(queryHeads, memory.keys(), memory.values(), mask);
    Tensor out = branch.shaped(count, y.size(1));
    outputProjection.forward(contextHeads.transpose(1, 2).reshape(count, inner), out);
    return residual.leave(y, out);
  }

  private Tensor half(Tensor projected, int which) {
    return projected.narrow(projected.dim() - 1, which * inner, inner);
  }
}
