package org.palimpsest.storage.huggingface;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What T5's files call a tensor. */
final class T5Names {
  private static final Pattern LAYER =
      Pattern.compile("model\\.(encoder|decoder)\\.layers\\.(\\d+)\\.(.*)\\.weight");

  private T5Names() {}

  static String of(String canonical, boolean gated) {
    Matcher layer = LAYER.matcher(canonical);
    if (layer.matches()) {
      String block = layer.group(1) + ".block." + layer.group(2) + ".layer.";
      int last = layer.group(1).equals("encoder") ? 1 : 2;
      String linear = gated ? "wi_1" : "wi";
      return block + subLayer(layer.group(3), last, linear) + ".weight";
    }
    return canonical
        .replaceFirst("^model\\.", "")
        .replace(
            ".relative_attention_bias.", ".block.0.layer.0.SelfAttention.relative_attention_bias.")
        .replace("coder.layer_norm.", "coder.final_layer_norm.");
  }

  private static String subLayer(String part, int last, String linear) {
    String feedForward = last + ".DenseReluDense.";
    return switch (part) {
      case "relative_attention_bias" -> "0.SelfAttention.relative_attention_bias";
      case "self_attn_layer_norm" -> "0.layer_norm";
      case "encoder_attn_layer_norm" -> "1.layer_norm";
      case "final_layer_norm" -> last + ".layer_norm";
      case "fc1_gate" -> feedForward + "wi_0";
      case "fc1" -> feedForward + linear;
      case "fc2" -> feedForward + "wo";
      default ->
          part.replace("self_attn.", "0.SelfAttention.")
              .replace("encoder_attn.", "1.EncDecAttention.")
              .replace("out_proj", "o")
              .replace("_proj", "");
    };
  }
}
