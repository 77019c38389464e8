package org.palimpsest.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each tensor lies in the flat vector. The order is part of the checkpoint format (version
 * 1): embeddings, encoder layers, decoder layers; inside an attention the query, key and value
 * weights lie side by side, and so do their biases, so that an engine sees them as one matrix of
 * 3·width rows without a copy.
 */
public final class ParameterLayout {
  /** Version of the order; a change of the order is a change of this number. */
  public static final int VERSION = 1;

  /** BART's learned positions begin at row 2 (a trace of fairseq's padding index). */
  public static final int POSITION_OFFSET = 2;

  private final Map<String, TensorSpec> tensors = new LinkedHashMap<>();
  private long size;

  private ParameterLayout() {}

  public static ParameterLayout of(ModelSpec spec) {
    ParameterLayout layout = new ParameterLayout();
    layout.add("model.shared.weight", spec.vocabulary(), spec.width());
    layout.stack("model.encoder", spec, spec.encoderLayers(), false);
    layout.stack("model.decoder", spec, spec.decoderLayers(), true);
    return layout;
  }

  private void stack(String stack, ModelSpec spec, int layers, boolean decoder) {
    add(stack + ".embed_positions.weight", spec.positions() + POSITION_OFFSET, spec.width());
    norm(stack + ".layernorm_embedding", spec);
    for (int i = 0; i < layers; i++) {
      String layer = stack + ".layers." + i;
      attention(layer + ".self_attn", spec);
      norm(layer + ".self_attn_layer_norm", spec);
      if (decoder) {
        attention(layer + ".encoder_attn", spec);
        norm(layer + ".encoder_attn_layer_norm", spec);
      }
      linear(layer + ".fc1", spec.feedForward(), spec.width());
      linear(layer + ".fc2", spec.width(), spec.feedForward());
      norm(layer + ".final_layer_norm", spec);
    }
  }

  private void attention(String name, ModelSpec spec) {
    int width = spec.width();
    for (String projection : List.of("q_proj", "k_proj", "v_proj")) {
      add(name + "." + projection + ".weight", width, width);
    }
    for (String projection : List.of("q_proj", "k_proj", "v_proj")) {
      add(name + "." + projection + ".bias", width);
    }
    linear(name + ".out_proj", width, width);
  }

  private void linear(String name, int out, int in) {
    add(name + ".weight", out, in);
    add(name + ".bias", out);
  }

  private void norm(String name, ModelSpec spec) {
    add(name + ".weight", spec.width());
    add(name + ".bias", spec.width());
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
}
