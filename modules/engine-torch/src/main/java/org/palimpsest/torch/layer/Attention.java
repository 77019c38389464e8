package org.palimpsest.torch.layer;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Padding;

/**
 * dropout(softmax(q·kᵀ·scale + term))·v for every head: between packed rows and the padded tensors
 * of {@link HeadProducts}.
 */
final class Attention {
  private final Workspace workspace;
  private final long heads;
  private final long headWidth;
  private final Tensor scale;
  private final List<HeadProducts> ways;
  private final Buffer queries;
  private final Buffer keys;
  private final Buffer values;
  private final Buffer mixGradients;
  private final Buffer padScratch;
  private Padding queryPadding;
  private Padding keyPadding;
  private HeadProducts products;

  Attention(Workspace workspace, DropoutRng rng) {
    this.workspace = workspace;
    ModelSpec spec = workspace.spec();
    heads = spec.heads();
    headWidth = spec.headWidth();
    scale = spec.has(Feature.ATTENTION_SCALE) ? scale(workspace) : null;
    Dropout dropout = Dropout.inside(workspace, rng, spec.dropouts().attention());
    HeadProducts always = new BatchedProducts(workspace, dropout);
    ways =
        workspace.execution().attention() == Execution.Attention.FUSED
            ? List.of(FusedAttention.of(workspace, dropout), always)
            : List.of(always);
    queries = workspace.operandBuffer();
    keys = workspace.operandBuffer();
    values = workspace.operandBuffer();
    mixGradients = workspace.operandScratch("query heads");
    padScratch = workspace.operandScratch("padded");
  }

  private static Tensor scale(Workspace workspace) {
    Scalar factor = new Scalar(1 / Math.sqrt(workspace.spec().headWidth()));
    return workspace.hold(torch.full(new long[0], factor, workspace.operandOptions()));
  }

  /**
   * Writes the context of each query to {@code context}. All are packed operands; queries, keys and
   * values have one additional row of zeros.
   */
  void forward(
      Padding queryPadding,
      Padding keyPadding,
      Tensor query,
      Tensor key,
      Tensor value,
      ScoreTerm term,
      Tensor context) {
    this.queryPadding = queryPadding;
    this.keyPadding = keyPadding;
    products = ways.stream().filter(way -> way.computes(term)).findFirst().orElseThrow();
    Tensor q = shaped(queries, queryPadding);
    Tensor k = shaped(keys, keyPadding);
    Tensor v = shaped(values, keyPadding);
    scaled(q, split(queryPadding.pad(query, padScratch)));
    k.copy_(split(keyPadding.pad(key, padScratch)));
    v.copy_(split(keyPadding.pad(value, padScratch)));
    Tensor mix = products.forward(q, k, v, term);
    Tensor padded = queryPadding.padded(context, padScratch);
    split(padded).copy_(mix);
    queryPadding.pack(padded, context);
  }

  /**
   * Overwrites queries, keys and values with their gradients.
   *
   * @param contextGradient with one additional row of zeros
   */
  void backward(Tensor contextGradient, Tensor query, Tensor key, Tensor value) {
    Tensor mixGradient = shaped(mixGradients, queryPadding);
    mixGradient.copy_(split(queryPadding.pad(contextGradient, padScratch)));
    HeadProducts.Gradients gradients = products.backward(mixGradient);
    Tensor padded = queryPadding.padded(query, padScratch);
    scaled(split(padded), gradients.q());
    queryPadding.pack(padded, query);
    pack(gradients.k(), key);
    pack(gradients.v(), value);
  }

  private void scaled(Tensor into, Tensor from) {
    if (scale == null) {
      into.copy_(from);
    } else {
      torch.mul_out(into, from, scale);
    }
  }

  /**
   * The same without a backward pass, newly allocated, for a few queries.
   *
   * @param query examples by heads by queries by head width; keys and values alike
   * @param added to the scores, with broadcasting; null for nothing
   */
  Tensor decode(Tensor query, Tensor key, Tensor value, Tensor added) {
    Tensor scaled = scale == null ? query : query.mul(scale);
    Tensor scores = scaled.matmul(key.transpose(2, 3)).to(workspace.type());
    if (added != null) {
      scores.add_(added);
    }
    return scores.softmax(3).to(workspace.operandType()).matmul(value);
  }

  private void pack(Tensor gradient, Tensor into) {
    Tensor padded = keyPadding.padded(into, padScratch);
    split(padded).copy_(gradient);
    keyPadding.pack(padded, into);
  }

  private Tensor shaped(Buffer buffer, Padding padding) {
    return buffer.shaped(padding.examples(), heads, padding.length(), headWidth);
  }

  private Tensor split(Tensor padded) {
    return padded.view(padded.size(0), padded.size(1), heads, headWidth).transpose(1, 2);
  }
}
