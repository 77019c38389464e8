package org.palimpsest.model.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.model.spec.Architecture.Feature;

/**
 * The position of each tensor in the flat vector. The order is part of the checkpoint format
 * (version 1): embeddings, encoder layers, decoder layers, an untied head. Within an attention, the
 * query, key and value weights are adjacent, and so are their biases, so that an engine uses them
 * as one matrix without a copy; the same holds for both halves of a gated feed-forward. Names are
 * the same in every architecture; absent components have no tensors.
 */
public final class ParameterLayout {
  /** Version of the order; every change of the order changes it. */
  public static final int VERSION = 1;

  /** BART's learned positions start at row 2, after fairseq's padding index. */
  public static final int POSITION_OFFSET = 2;

  /** The token embedding, which is also a tied head. */
  public static final String EMBEDDING = "model.shared.weight";

  /** The untied head. */
  public static final String UNTIED_HEAD = "lm_head.weight";

  /** The constant bias of the logits. */
  public static final String HEAD_BIAS = "lm_head.bias";

  /** What follows the name of a stack or layer in the name of its table of relative positions. */
  public static final String RELATIVE_BIAS = ".relative_attention_bias.weight";

  private final ModelSpec spec;
  private final Map<String, TensorSpec> tensors = new LinkedHashMap<>();
  private long size;

  private ParameterLayout(ModelSpec spec) {
    this.spec = spec;
  }

  public static ParameterLayout of(ModelSpec spec) {
    ParameterLayout layout = new ParameterLayout(spec);
    layout.add(EMBEDDING, spec.vocabulary(), spec.width());
    layout.stack("model.encoder", spec.encoderLayers(), false);
    layout.stack("model.decoder", spec.decoderLayers(), true);
    if (!spec.has(Feature.TIED_HEAD)) {
      layout.add(UNTIED_HEAD, spec.vocabulary(), spec.width());
    }
    if (spec.has(Feature.HEAD_BIAS)) {
      layout.add(HEAD_BIAS, spec.vocabulary());
    }
    return layout;
  }

  private void stack(String stack, int layers, boolean decoder) {
    positions(stack);
    if (spec.has(Feature.EMBEDDING_NORM)) {
      norm(stack + ".layernorm_embedding");
    }
    for (int i = 0; i < layers; i++) {
      String layer = stack + ".layers." + i;
      if (hasOwnBias()) {
        relativeBias(layer);
      }
      attention(layer + ".self_attn");
      norm(layer + ".self_attn_layer_norm");
      if (decoder) {
        attention(layer + ".encoder_attn");
        norm(layer + ".encoder_attn_layer_norm");
      }
      feedForward(layer);
      norm(layer + ".final_layer_norm");
    }
    if (spec.architecture().placement() == Architecture.Placement.PRE) {
      norm(stack + ".layer_norm");
    }
  }

  private void positions(String stack) {
    PositionEncoding positions = spec.architecture().positions();
    if (positions instanceof PositionEncoding.Learned) {
      add(stack + ".embed_positions.weight", spec.positions() + POSITION_OFFSET, spec.width());
    } else if (positions instanceof PositionEncoding.RelativeBias && !hasOwnBias()) {
      relativeBias(stack);
    }
  }

  private boolean hasOwnBias() {
    return spec.architecture().positions() instanceof PositionEncoding.RelativeBias bias
        && bias.isPerLayer();
  }

  private void relativeBias(String owner) {
    PositionEncoding.RelativeBias bias =
        (PositionEncoding.RelativeBias) spec.architecture().positions();
    add(owner + RELATIVE_BIAS, bias.buckets(), spec.heads());
  }

  private void attention(String name) {
    joined(name, List.of("q_proj", "k_proj", "v_proj"), spec.innerWidth(), spec.width());
    joined(name, List.of("out_proj"), spec.width(), spec.innerWidth());
  }

  private void feedForward(String layer) {
    List<String> first =
        spec.architecture().isGated() ? List.of("fc1_gate", "fc1") : List.of("fc1");
    joined(layer, first, spec.feedForward(), spec.width());
    joined(layer, List.of("fc2"), spec.width(), spec.feedForward());
  }

  /** Adds linear maps of one size: all weights, then all biases. */
  private void joined(String name, List<String> maps, int out, int in) {
    for (String map : maps) {
      add(name + "." + map + ".weight", out, in);
    }
    if (spec.has(Feature.BIASES)) {
      for (String map : maps) {
        add(name + "." + map + ".bias", out);
      }
    }
  }

  private void norm(String name) {
    add(name + ".weight", spec.width());
    if (spec.architecture().normHasBias()) {
      add(name + ".bias", spec.width());
    }
  }

  private void add(String name, long... shape) {
    TensorSpec tensor = new TensorSpec(name, shape, size);
    tensors.put(name, tensor);
    size = tensor.end();
  }

  /** Number of parameters. */
  public long size() {
    return size;
  }

  /** All tensors in layout order. */
  public List<TensorSpec> tensors() {
    return new ArrayList<>(tensors.values());
  }

  /** The tensor of that canonical name. */
  public TensorSpec tensor(String name) {
    TensorSpec tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("No tensor is named " + name);
    }
    return tensor;
  }

  /** The matrix of the head; the token embedding if the head is tied. */
  public TensorSpec head() {
    return tensor(spec.has(Feature.TIED_HEAD) ? EMBEDDING : UNTIED_HEAD);
  }
}
