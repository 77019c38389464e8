package org.palimpsest.dl4j;

import java.util.List;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.TensorSpec;

/** The kinds of layers, in the order of the graph and of the parameters. */
public enum LayerKind {
  SOURCE_EMBEDDING,
  ENCODER_LAYER,
  ENCODER_END,
  TARGET_EMBEDDING,
  DECODER_LAYER,
  DECODER_END,
  HEAD;

  private static final List<String> ENCODER = List.of("model.encoder.", "layers.", "layer_norm.");
  private static final List<String> DECODER = List.of("model.decoder.", "layers.", "layer_norm.");

  /**
   * The tensors of such a layer, in the layout's order. The source embedding owns the token
   * embedding, which the decoder and a tied head share.
   *
   * @param index among the layers of the kind; 0 for a single layer
   */
  List<TensorSpec> tensors(ModelSpec spec, int index) {
    return ParameterLayout.of(spec).tensors().stream()
        .filter(tensor -> owns(tensor.name(), index))
        .toList();
  }

  private boolean owns(String tensor, int index) {
    return switch (this) {
      case SOURCE_EMBEDDING ->
          tensor.equals(ParameterLayout.EMBEDDING) || isOfEmbedding(tensor, ENCODER);
      case ENCODER_LAYER -> tensor.startsWith("model.encoder.layers." + index + ".");
      case ENCODER_END -> tensor.startsWith("model.encoder.layer_norm.");
      case TARGET_EMBEDDING -> isOfEmbedding(tensor, DECODER);
      case DECODER_LAYER -> tensor.startsWith("model.decoder.layers." + index + ".");
      case DECODER_END -> tensor.startsWith("model.decoder.layer_norm.");
      case HEAD -> tensor.startsWith("lm_head.");
    };
  }

  private static boolean isOfEmbedding(String tensor, List<String> stack) {
    return tensor.startsWith(stack.get(0))
        && !tensor.startsWith(stack.get(0) + stack.get(1))
        && !tensor.startsWith(stack.get(0) + stack.get(2));
  }
}
