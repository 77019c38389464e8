package org.palimpsest.torch;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.Batch;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.ParameterLayout;

/** The model in plain operations on padded tensors, differentiated by LibTorch. */
final class NaiveBart {
  /** Dropout of one site: multiplies element by element, or passes through. */
  interface Noise {
    Tensor apply(int site, Tensor x);
  }

  static final Noise SILENT = (site, x) -> x;

  private final ModelSpec spec;
  private final torch.ScalarType type;
  private final Map<String, Tensor> leaves = new HashMap<>();
  private Noise noise;
  private int site;

  NaiveBart(ModelSpec spec, Tensor parameters, Tensor gradients) {
    this.spec = spec;
    this.type = parameters.scalar_type();
    ParameterLayout layout = ParameterLayout.of(spec);
    Weights gradientViews = new Weights(layout, gradients);
    new Weights(layout, parameters)
        .all()
        .forEach(
            (name, view) -> {
              Tensor leaf = view.detach();
              leaf.requires_grad_(true);
              leaf.mutable_grad().put(gradientViews.of(name));
              leaf.<Pointer>retainReference();
              leaves.put(name, leaf);
            });
  }

  LossSum backward(Batch batch, Noise noise) {
    return NativeScope.in(
        () -> {
          Tensor losses = losses(batch, noise);
          Tensor sum = losses.sum();
          sum.backward();
          return new LossSum(sum.item_double(), batch.weight());
        });
  }

  LossSum loss(Batch batch) {
    return NativeScope.in(
        () -> {
          return new LossSum(losses(batch, SILENT).sum().item_double(), batch.weight());
        });
  }

  /** Weighted negative log-probabilities of every target position. */
  private Tensor losses(Batch batch, Noise noise) {
    Tensor target = ids(batch.target()).unsqueeze(1);
    Tensor logProbabilities = torch.log_softmax(logits(batch, noise), 1, new ScalarTypeOptional());
    Tensor weights = Tensor.create(batch.lossWeights()).to(type);
    return logProbabilities.gather(1, target).squeeze(1).neg().mul(weights);
  }

  /** The logits of every target position: rows · targetLength by vocabulary. */
  Tensor logits(Batch batch, Noise noise) {
    this.noise = noise;
    site = 0;
    long d = spec.width();
    long b = batch.rows();
    long s = batch.sourceLength();
    long t = batch.targetLength();
    Tensor sourceMask = sourceMask(batch);
    Tensor positions = positions(b, s, null);
    Tensor x = embed("model.encoder", batch.source(), positions, b, s);
    for (int i = 0; i < spec.encoderLayers(); i++) {
      String layer = "model.encoder.layers." + i;
      x =
          norm(
              layer + ".self_attn_layer_norm",
              x.add(drop(attend(layer + ".self_attn", x, x, sourceMask))));
      x = norm(layer + ".final_layer_norm", x.add(drop(feedForward(layer, x))));
    }
    Tensor memory = x;
    Tensor causal =
        torch.full(new long[] {t, t}, new Scalar(Double.NEGATIVE_INFINITY)).triu(1).to(type);
    Tensor y =
        embed(
            "model.decoder", batch.decoderInput(), positions(b, t, batch.decoderPositions()), b, t);
    for (int i = 0; i < spec.decoderLayers(); i++) {
      String layer = "model.decoder.layers." + i;
      y =
          norm(
              layer + ".self_attn_layer_norm",
              y.add(drop(attend(layer + ".self_attn", y, y, causal))));
      y =
          norm(
              layer + ".encoder_attn_layer_norm",
              y.add(drop(attend(layer + ".encoder_attn", y, memory, sourceMask))));
      y = norm(layer + ".final_layer_norm", y.add(drop(feedForward(layer, y))));
    }
    return y.view(b * t, d).matmul(leaves.get("model.shared.weight").t());
  }

  private Tensor embed(String stack, int[] tokens, Tensor positions, long rows, long columns) {
    Tensor token = torch.embedding(leaves.get("model.shared.weight"), ids(tokens));
    Tensor place = torch.embedding(leaves.get(stack + ".embed_positions.weight"), positions);
    Tensor sum = token.add(place).view(rows, columns, spec.width());
    return drop(norm(stack + ".layernorm_embedding", sum));
  }

  private Tensor attend(String name, Tensor x, Tensor memory, Tensor mask) {
    Tensor q = heads(linear(name + ".q_proj", x).mul(new Scalar(Math.pow(spec.headWidth(), -0.5))));
    Tensor k = heads(linear(name + ".k_proj", memory));
    Tensor v = heads(linear(name + ".v_proj", memory));
    Tensor scores = q.matmul(k.transpose(2, 3)).add(mask);
    Tensor mixed = torch.softmax(scores, -1, new ScalarTypeOptional()).matmul(v);
    return linear(
        name + ".out_proj", mixed.transpose(1, 2).reshape(x.size(0), x.size(1), spec.width()));
  }

  private Tensor heads(Tensor x) {
    return x.view(x.size(0), x.size(1), spec.heads(), spec.headWidth()).transpose(1, 2);
  }

  private Tensor feedForward(String layer, Tensor x) {
    return linear(layer + ".fc2", torch.gelu(linear(layer + ".fc1", x)));
  }

  private Tensor linear(String name, Tensor x) {
    return torch.linear(
        x, leaves.get(name + ".weight"), new TensorOptional(leaves.get(name + ".bias")));
  }

  private Tensor norm(String name, Tensor x) {
    return torch.layer_norm(
        x,
        new long[] {spec.width()},
        new TensorOptional(leaves.get(name + ".weight")),
        new TensorOptional(leaves.get(name + ".bias")),
        1e-5,
        false);
  }

  private Tensor drop(Tensor x) {
    return noise.apply(site++, x);
  }

  private Tensor sourceMask(Batch batch) {
    float[] mask = new float[batch.rows() * batch.sourceLength()];
    for (int row = 0; row < batch.rows(); row++) {
      for (int s = batch.sourceLengths()[row]; s < batch.sourceLength(); s++) {
        mask[row * batch.sourceLength() + s] = Float.NEGATIVE_INFINITY;
      }
    }
    return Tensor.create(mask).view(batch.rows(), 1, 1, batch.sourceLength()).to(type);
  }

  private static Tensor positions(long rows, long columns, int[] given) {
    long[] positions = new long[Math.toIntExact(rows * columns)];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = ParameterLayout.POSITION_OFFSET + (given == null ? i % columns : given[i]);
    }
    return Tensor.create(positions);
  }

  private static Tensor ids(int[] tokens) {
    long[] ids = new long[tokens.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = tokens[i];
    }
    return Tensor.create(ids);
  }

  /** The most probable token of every target position. */
  Tensor predicted(Batch batch) {
    return torch.argmax(logits(batch, SILENT), new LongOptional(1), false);
  }

  Tensor unweightedLosses(Batch batch) {
    Tensor target = ids(batch.target()).unsqueeze(1);
    return torch
        .log_softmax(logits(batch, SILENT), 1, new ScalarTypeOptional())
        .gather(1, target)
        .squeeze(1)
        .neg();
  }
}
