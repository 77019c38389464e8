package org.palimpsest.bench.engine;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.TransformerImpl;
import org.bytedeco.pytorch.TransformerOptions;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.spec.ModelSpec;

/**
 * The usual implementation with LibTorch: {@code nn.Transformer} with embeddings, learned
 * positions, and a tied head, with cross-entropy and AdamW, differentiated by autograd.
 */
final class Peer implements AutoCloseable {
  private final ModelSpec spec;
  private final PointerScope scope = new PointerScope();
  private final TransformerImpl transformer;
  private final Tensor tokens;
  private final Tensor positions;
  private final AdamW optimizer;

  Peer(ModelSpec spec) {
    this.spec = spec;
    TransformerOptions options =
        new TransformerOptions(
            spec.width(), spec.heads(), spec.encoderLayers(), spec.decoderLayers());
    options.dim_feedforward().put(spec.feedForward());
    options.dropout().put(spec.dropout());
    transformer = new TransformerImpl(options);
    tokens = leaf(spec.vocabulary());
    positions = leaf(spec.positions());
    TensorVector parameters = transformer.parameters();
    parameters.push_back(tokens);
    parameters.push_back(positions);
    optimizer = new AdamW(parameters, new AdamWOptions(1e-4));
  }

  private Tensor leaf(long rows) {
    Tensor leaf = torch.randn(rows, spec.width()).mul_(new Scalar(0.02));
    leaf.set_requires_grad(true);
    return leaf;
  }

  /** Runs one training step; all examples of the batch have the same length. */
  @SuppressWarnings("try")
  void step(Batch batch) {
    try (PointerScope step = new PointerScope()) {
      optimizer.zero_grad();
      Tensor source = embed(batch.source(), batch.rows(), batch.sourceLength());
      Tensor target = embed(batch.decoderInput(), batch.rows(), batch.targetLength());
      long length = batch.targetLength();
      Tensor causal =
          torch.full(new long[] {length, length}, new Scalar(Double.NEGATIVE_INFINITY)).triu(1);
      Tensor none = new Tensor();
      Tensor hidden = transformer.forward(source, target, none, causal, none, none, none, none);
      Tensor logits = hidden.transpose(0, 1).reshape(-1, spec.width()).matmul(tokens.t());
      Tensor loss = torch.cross_entropy(logits, ids(batch.target()));
      loss.backward();
      optimizer.step();
    }
  }

  /** Embeds ids as positions by examples by width. */
  private Tensor embed(int[] ids, long rows, long length) {
    Tensor words = torch.embedding(tokens, ids(ids)).view(rows, length, spec.width());
    return words.add(positions.narrow(0, 0, length)).transpose(0, 1);
  }

  private static Tensor ids(int[] ids) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      wide[i] = ids[i];
    }
    return Tensor.create(wide);
  }

  @Override
  public void close() {
    scope.close();
    Pointer.trimMemory();
  }
}
