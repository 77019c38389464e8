package org.palimpsest.model.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.model.spec.Architecture.Feature;

/**
 * Where each tensor lies in the flat vector. The order is part of the checkpoint format (version
 * 1): embeddings, encoder layers, decoder layers, an untied head; inside an attention the query,
 * key and value weights lie side by side, and so do their biases, so that an engine sees them as
 * one matrix without a copy; the same holds for the two halves of a gated feed-forward. Every
 * architecture has the same names, and lacks what it has not.
 */
public final class ParameterLayout {
  /** Version of the order; a change of the order is a change of this number. */
  public static final int VERSION = 1;

  /** BART's learned positions begin at row 2 (a trace of fairseq's padding index). */
  public static final int POSITION_OFFSET = 2;

  /** The token embedding, and the head where that is tied. */
  public static final String EMBEDDING = "model.shared.weight";

  /** The head where it is not tied. */
  public static final String UNTIED_HEAD = "lm_head.weight";

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
    return layout;
  }

  private void stack(String stack, int layers, boolean decoder) {
    positions(stack);
    if (spec.has(Feature.EMBEDDING_NORM)) {
      norm(stack + ".layernorm_embedding");
    }
    for (int i = 0; i < layers; i++) {
      String layer = stack + ".layers." + i;
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
    } else if (positions instanceof PositionEncoding.RelativeBias bias) {
      add(stack + ".relative_attention_bias.weight", bias.buckets(), spec.heads());
    }
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

  /** Linear maps of one size: all weights, then all biases. */
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
      throw new IllegalArgumentException("no tensor named " + name);
    }
    return tensor;
  }

  /** The matrix that makes logits: the embedding itself where the head is tied. */
  public TensorSpec head() {
    return tensor(spec.has(Feature.TIED_HEAD) ? EMBEDDING : UNTIED_HEAD);
  }
}
