package org.palimpsest.torch;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.PositionEncoding;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Weights;

/** The model in plain operations on padded tensors, differentiated by LibTorch. */
final class NaiveTransformer {
  private final ModelSpec spec;
  private final torch.ScalarType type;
  private final Map<String, Tensor> leaves = new HashMap<>();
  private final Masks masks;

  /** Dropout inside attention and feed-forward: factors of the tensor's shape. */
  interface Masks {
    Tensor dropped(String subLayer, Tensor x);
  }

  NaiveTransformer(ModelSpec spec, Tensor parameters, Tensor gradients) {
    this(spec, parameters, gradients, (subLayer, x) -> x);
  }

  NaiveTransformer(ModelSpec spec, Tensor parameters, Tensor gradients, Masks masks) {
    this.spec = spec;
    this.masks = masks;
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

  LossSum backward(Batch batch) {
    return NativeScope.in(
        () -> {
          Tensor sum = losses(batch).sum();
          sum.backward();
          return new LossSum(sum.item_double(), batch.weight());
        });
  }

  /** Weighted negative log-probabilities of every target position. */
  private Tensor losses(Batch batch) {
    Tensor target = ids(batch.target()).unsqueeze(1);
    Tensor logProbabilities = torch.log_softmax(logits(batch), 1, new ScalarTypeOptional());
    Tensor weights = Tensor.create(batch.lossWeights()).to(type);
    return logProbabilities.gather(1, target).squeeze(1).neg().mul(weights);
  }

  /** The logits of every target position: rows · targetLength by vocabulary. */
  Tensor logits(Batch batch) {
    int b = batch.rows();
    int t = batch.targetLength();
    Tensor sourceMask = sourceMask(batch);
    int[] targetPlaces = places(b, t, batch.decoderPositions());
    Tensor memory = encoded(batch);
    Tensor causal =
        torch.full(new long[] {t, t}, new Scalar(Double.NEGATIVE_INFINITY)).triu(1).to(type);
    Tensor y = embed("model.decoder", batch.decoderInput(), targetPlaces, b, t);
    for (int i = 0; i < spec.decoderLayers(); i++) {
      String layer = "model.decoder.layers." + i;
      Tensor hidden = withBias("model.decoder", i, causal, targetPlaces, b, t);
      y =
          residual(
              layer + ".self_attn_layer_norm", y, h -> attend(layer + ".self_attn", h, h, hidden));
      y =
          residual(
              layer + ".encoder_attn_layer_norm",
              y,
              h -> attend(layer + ".encoder_attn", h, memory, sourceMask));
      y = residual(layer + ".final_layer_norm", y, h -> feedForward(layer, h));
    }
    double scale = spec.has(Feature.HEAD_SCALE) ? Math.pow(spec.width(), -0.5) : 1;
    Tensor rows = end("model.decoder", y).mul(new Scalar(scale)).view((long) b * t, spec.width());
    Tensor logits = rows.matmul(leaves.get(ParameterLayout.of(spec).head().name()).t());
    return spec.has(Feature.HEAD_BIAS)
        ? logits.add(leaves.get(ParameterLayout.HEAD_BIAS).detach())
        : logits;
  }

  /** The encoder's output: rows by sourceLength by width. */
  Tensor encoded(Batch batch) {
    int b = batch.rows();
    int s = batch.sourceLength();
    int[] places = places(b, s, null);
    Tensor x = embed("model.encoder", batch.source(), places, b, s);
    for (int i = 0; i < spec.encoderLayers(); i++) {
      String layer = "model.encoder.layers." + i;
      Tensor mask = withBias("model.encoder", i, sourceMask(batch), places, b, s);
      x =
          residual(
              layer + ".self_attn_layer_norm", x, h -> attend(layer + ".self_attn", h, h, mask));
      x = residual(layer + ".final_layer_norm", x, h -> feedForward(layer, h));
    }
    return end("model.encoder", x);
  }

  private Tensor residual(String norm, Tensor x, UnaryOperator<Tensor> branch) {
    return isPre() ? x.add(branch.apply(norm(norm, x))) : norm(norm, x.add(branch.apply(x)));
  }

  private boolean isPre() {
    return spec.architecture().placement() == Architecture.Placement.PRE;
  }

  private Tensor end(String stack, Tensor x) {
    return isPre() ? norm(stack + ".layer_norm", x) : x;
  }

  private Tensor embed(String stack, int[] tokens, int[] places, long rows, long columns) {
    Tensor x = torch.embedding(leaves.get("model.shared.weight"), ids(tokens));
    if (spec.has(Feature.EMBEDDING_SCALE)) {
      x = x.mul(new Scalar(Math.sqrt(spec.width())));
    }
    x = x.view(rows, columns, spec.width());
    Tensor positions = positions(stack, places, rows, columns);
    if (spec.has(Feature.DECODER_POSITIONS_AFTER_NORM) && stack.endsWith("decoder")) {
      return norm(stack + ".layernorm_embedding", x).add(positions);
    }
    x = positions == null ? x : x.add(positions);
    return spec.has(Feature.EMBEDDING_NORM) ? norm(stack + ".layernorm_embedding", x) : x;
  }

  private Tensor positions(String stack, int[] places, long rows, long columns) {
    PositionEncoding kind = spec.architecture().positions();
    if (kind instanceof PositionEncoding.Learned) {
      Tensor index = ids(places).add(new Scalar((long) ParameterLayout.POSITION_OFFSET));
      return torch
          .embedding(leaves.get(stack + ".embed_positions.weight"), index)
          .view(rows, columns, spec.width());
    }
    return kind instanceof PositionEncoding.Sinusoidal waves
        ? sinusoids(waves, places).view(rows, columns, spec.width())
        : null;
  }

  private Tensor sinusoids(PositionEncoding.Sinusoidal waves, int[] places) {
    double[] values = new double[places.length * spec.width()];
    for (int i = 0; i < values.length; i++) {
      int column = i % spec.width();
      values[i] = waves.value(places[i / spec.width()], column, spec.width());
    }
    return Tensor.create(values).view(places.length, spec.width()).to(type);
  }

  private Tensor withBias(
      String stack, int layer, Tensor mask, int[] places, int rows, int length) {
    if (!(spec.architecture().positions() instanceof PositionEncoding.RelativeBias kind)) {
      return mask;
    }
    int[] buckets = new int[rows * length * length];
    for (int i = 0; i < buckets.length; i++) {
      int row = i / (length * length);
      int query = places[row * length + i / length % length];
      int distance = places[row * length + i % length] - query;
      buckets[i] =
          stack.endsWith("encoder") ? kind.encoderBucket(distance) : kind.decoderBucket(distance);
    }
    String owner = kind.isPerLayer() ? stack + ".layers." + layer : stack;
    Tensor table = leaves.get(owner + ParameterLayout.RELATIVE_BIAS);
    return torch
        .embedding(table, ids(buckets))
        .view(rows, length, length, spec.heads())
        .permute(0, 3, 1, 2)
        .add(mask);
  }

  private Tensor attend(String name, Tensor x, Tensor memory, Tensor mask) {
    double scale = spec.has(Feature.ATTENTION_SCALE) ? Math.pow(spec.headWidth(), -0.5) : 1;
    Tensor q = heads(linear(name + ".q_proj", x).mul(new Scalar(scale)));
    Tensor k = heads(linear(name + ".k_proj", memory));
    Tensor v = heads(linear(name + ".v_proj", memory));
    Tensor scores = q.matmul(k.transpose(2, 3)).add(mask);
    Tensor shares = torch.softmax(scores, -1, new ScalarTypeOptional());
    Tensor mixed = masks.dropped(name, shares).matmul(v);
    return linear(
        name + ".out_proj", mixed.transpose(1, 2).reshape(x.size(0), x.size(1), spec.innerWidth()));
  }

  private Tensor heads(Tensor x) {
    return x.view(x.size(0), x.size(1), spec.heads(), spec.headWidth()).transpose(1, 2);
  }

  private Tensor feedForward(String layer, Tensor x) {
    Tensor hidden = linear(layer + ".fc1", x);
    Tensor active =
        spec.architecture().isGated()
            ? activated(linear(layer + ".fc1_gate", x)).mul(hidden)
            : activated(hidden);
    return linear(layer + ".fc2", masks.dropped(layer + ".fc2", active));
  }

  private Tensor activated(Tensor x) {
    return switch (spec.architecture().activation().function()) {
      case RELU -> x.relu();
      case SILU -> x.mul(x.sigmoid());
      case GELU -> torch.gelu(x);
      default -> torch.gelu(x, "tanh");
    };
  }

  private Tensor linear(String name, Tensor x) {
    Tensor bias = leaves.get(name + ".bias");
    return torch.linear(
        x,
        leaves.get(name + ".weight"),
        bias == null ? new TensorOptional() : new TensorOptional(bias));
  }

  private Tensor norm(String name, Tensor x) {
    Tensor gain = leaves.get(name + ".weight");
    double epsilon = spec.architecture().epsilon();
    if (spec.architecture().norm() == Architecture.Norm.RMS) {
      Tensor mean = x.mul(x).mean(new long[] {-1}, true, new ScalarTypeOptional());
      return x.mul(mean.add(new Scalar(epsilon)).rsqrt()).mul(gain);
    }
    Tensor bias = leaves.get(name + ".bias");
    return torch.layer_norm(
        x,
        new long[] {spec.width()},
        new TensorOptional(gain),
        bias == null ? new TensorOptional() : new TensorOptional(bias),
        epsilon,
        false);
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

  private static int[] places(int rows, int columns, int[] given) {
    int[] places = new int[rows * columns];
    for (int i = 0; i < places.length; i++) {
      places[i] = given == null ? i % columns : given[i];
    }
    return places;
  }

  private static Tensor ids(int[] tokens) {
    long[] ids = new long[tokens.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = tokens[i];
    }
    return Tensor.create(ids);
  }
}
