package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Architecture.Activation;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.DropoutRates;
import org.palimpsest.model.spec.Initialization;
import org.palimpsest.model.spec.ModelShape;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.PositionEncoding.RelativeBias;
import org.palimpsest.storage.Reason;

/**
 * {@code T5ForConditionalGeneration}, version 1.0 (ReLU, tied and scaled head) and 1.1 (gated GELU,
 * head of its own). {@code docs/reference/parameters.md} has the table of names.
 */
record T5Kind() implements ModelKind {
  private static final Pattern LAYER =
      Pattern.compile("model\\.(encoder|decoder)\\.layers\\.(\\d+)\\.(.*)\\.weight");

  private static final String ATTENTION_DROPOUT = "attention_dropout_rate";
  private static final String ACTIVATION_DROPOUT = "activation_dropout_rate";

  /** Old files hold a table that cross-attention never reads. */
  private static final String UNUSED_BIAS =
      "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight";

  @Override
  public String className() {
    return "T5ForConditionalGeneration";
  }

  @Override
  public String type() {
    return "t5";
  }

  @Override
  public String objective() {
    return "t5";
  }

  @Override
  public Optional<String> obstacle(ModelSpec spec) {
    Architecture architecture = spec.architecture();
    if (architecture.norm() != Architecture.Norm.RMS) {
      return Optional.of("LayerNorm");
    }
    if (architecture.placement() != Architecture.Placement.PRE) {
      return Optional.of("norms after its sub-layers");
    }
    if (!(architecture.positions() instanceof RelativeBias)) {
      return Optional.of("other positions than a relative bias");
    }
    if (architecture.activation() == Activation.GELU) {
      return Optional.of("GELU without a gate");
    }
    Set<Feature> features = architecture.features();
    return features.isEmpty() || features.equals(Architecture.T5.features())
        ? Optional.empty()
        : Optional.of("the features " + EnumSet.copyOf(features));
  }

  @Override
  public void describe(ModelSpec spec, ObjectNode config) {
    Architecture architecture = spec.architecture();
    RelativeBias bias = (RelativeBias) architecture.positions();
    boolean tied = spec.has(Feature.TIED_HEAD);
    config.put("d_kv", spec.headWidth());
    config.put("d_ff", spec.feedForward());
    config.put("num_layers", spec.encoderLayers());
    config.put("num_decoder_layers", spec.decoderLayers());
    config.put("num_heads", spec.heads());
    config.put("n_positions", spec.positions());
    config.put("relative_attention_num_buckets", bias.buckets());
    config.put("relative_attention_max_distance", bias.maxDistance());
    config.put("feed_forward_proj", architecture.isGated() ? "gated-gelu" : "relu");
    config.put("layer_norm_epsilon", architecture.epsilon());
    config.put("dropout_rate", spec.dropout());
    other(config, ATTENTION_DROPOUT, spec.dropouts().attention(), spec.dropout());
    other(config, ACTIVATION_DROPOUT, spec.dropouts().activation(), spec.dropout());
    config.put("initializer_factor", factor(spec));
    config.put("tie_word_embeddings", tied);
    // Newer versions ask this, because they use the flag above for nothing but the scale.
    config.put("scale_decoder_outputs", tied);
  }

  /** Hugging Face has one rate for all; it passes over a key that says of ours which is another. */
  private static void other(ObjectNode config, String key, double rate, double usual) {
    if (rate != usual) {
      config.put(key, rate);
    }
  }

  private static double factor(ModelSpec spec) {
    return spec.initialization() instanceof Initialization.T5 t5
        ? t5.factor()
        : Initialization.T5.PUBLISHED.factor();
  }

  @Override
  public ModelSpec spec(ConfigJson config) {
    config.require("is_encoder_decoder", BooleanNode.TRUE);
    config.require("tie_encoder_decoder", BooleanNode.FALSE);
    int layers = config.whole("num_layers");
    double dropout = config.number("dropout_rate", 0);
    return new ModelSpec(
        new ModelShape(
            config.whole("vocab_size"),
            config.whole("d_model"),
            config.whole("d_kv"),
            config.whole("d_ff"),
            config.whole("num_heads"),
            layers,
            config.whole("num_decoder_layers", layers),
            config.whole("n_positions", 512)),
        architecture(config),
        ModelKind.tokens(config, config.whole("pad_token_id")),
        new DropoutRates(
            dropout,
            config.number(ATTENTION_DROPOUT, dropout),
            config.number(ACTIVATION_DROPOUT, dropout)),
        new Initialization.T5(config.number("initializer_factor", 1)));
  }

  private static Architecture architecture(ConfigJson config) {
    boolean tied = config.flag("tie_word_embeddings", ConfigJson.Flag.ON);
    ConfigJson.Flag usual = tied ? ConfigJson.Flag.ON : ConfigJson.Flag.OFF;
    boolean scaled = config.flag("scale_decoder_outputs", usual);
    RelativeBias published = RelativeBias.PUBLISHED;
    return new Architecture(
        Architecture.Norm.RMS,
        Architecture.Placement.PRE,
        new RelativeBias(
            config.whole("relative_attention_num_buckets", published.buckets()),
            config.whole("relative_attention_max_distance", published.maxDistance())),
        activation(config),
        scaled ? Architecture.T5.features() : Set.of(),
        config.number("layer_norm_epsilon", Architecture.T5.epsilon()));
  }

  private static Activation activation(ConfigJson config) {
    String name = config.text("feed_forward_proj", "relu");
    return switch (name) {
      case "relu" -> Activation.RELU;
      case "gated-gelu" -> Activation.GATED_GELU;
      default ->
          throw config.refused(
              "its feed_forward_proj is '" + Reason.quoted(name) + "', not relu or gated-gelu");
    };
  }

  @Override
  public String stored(String canonical, ModelSpec spec) {
    Matcher layer = LAYER.matcher(canonical);
    if (layer.matches()) {
      String block = layer.group(1) + ".block." + layer.group(2) + ".layer.";
      int last = layer.group(1).equals("encoder") ? 1 : 2;
      String linear = spec.architecture().isGated() ? "wi_1" : "wi";
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

  @Override
  public List<String> otherNames(String canonical, ModelSpec spec) {
    List<String> names = new ArrayList<>();
    if (canonical.equals(ParameterLayout.EMBEDDING)) {
      names.add("encoder.embed_tokens.weight");
      names.add("decoder.embed_tokens.weight");
      if (spec.has(Feature.TIED_HEAD)) {
        names.add(ParameterLayout.UNTIED_HEAD);
      }
    }
    return names;
  }

  @Override
  public List<String> ignored() {
    return List.of(UNUSED_BIAS);
  }

  @Override
  public Map<String, long[]> zeros(ModelSpec spec) {
    return Map.of();
  }
}
