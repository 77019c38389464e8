package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Architecture.Activation;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.DropoutRates;
import org.palimpsest.model.spec.Initialization;
import org.palimpsest.model.spec.ModelShape;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.PositionEncoding;
import org.palimpsest.storage.Reason;

/** {@code BartForConditionalGeneration}; the canonical names are its own. */
record BartKind() implements ModelKind {
  private static final String PREFIX = "model.";

  /**
   * A constant bias of the logits; published models leave it at zero, and the head here has none.
   */
  private static final String LOGITS_BIAS = "final_logits_bias";

  /** What it takes for granted; a folder that says otherwise is something else. */
  private static final Map<String, JsonNode> FIXED =
      Map.of(
          "tie_word_embeddings", BooleanNode.TRUE,
          "is_encoder_decoder", BooleanNode.TRUE,
          "normalize_before", BooleanNode.FALSE,
          "normalize_embedding", BooleanNode.TRUE,
          "add_final_layer_norm", BooleanNode.FALSE,
          "static_position_embeddings", BooleanNode.FALSE);

  @Override
  public String className() {
    return "BartForConditionalGeneration";
  }

  @Override
  public String type() {
    return "bart";
  }

  @Override
  public String objective() {
    return "bart";
  }

  @Override
  public Optional<String> obstacle(ModelSpec spec) {
    Architecture architecture = spec.architecture();
    if (architecture.norm() != Architecture.Norm.LAYER) {
      return Optional.of("RMSNorm");
    }
    if (architecture.placement() != Architecture.Placement.POST) {
      return Optional.of("norms before its sub-layers");
    }
    if (!(architecture.positions() instanceof PositionEncoding.Learned)) {
      return Optional.of("other than learned positions");
    }
    if (architecture.isGated()) {
      return Optional.of("gates");
    }
    if (architecture.epsilon() != Architecture.BART.epsilon()) {
      return Optional.of("another epsilon than " + Architecture.BART.epsilon());
    }
    Set<Feature> features = withoutScale(architecture);
    if (!features.equals(Architecture.BART.features())) {
      return Optional.of("other features than " + Architecture.BART.features());
    }
    return spec.innerWidth() == spec.width()
        ? Optional.empty()
        : Optional.of("heads of another width");
  }

  /** The embedding's scale is free. */
  private static Set<Feature> withoutScale(Architecture architecture) {
    EnumSet<Feature> features = EnumSet.noneOf(Feature.class);
    features.addAll(architecture.features());
    features.remove(Feature.EMBEDDING_SCALE);
    return features;
  }

  @Override
  public void describe(ModelSpec spec, ObjectNode config) {
    for (String stack : new String[] {"encoder", "decoder"}) {
      int layers = stack.equals("encoder") ? spec.encoderLayers() : spec.decoderLayers();
      config.put(stack + "_layers", layers);
      config.put(stack + "_attention_heads", spec.heads());
      config.put(stack + "_ffn_dim", spec.feedForward());
      config.put(stack + "_layerdrop", 0.0);
    }
    config.put("num_hidden_layers", spec.encoderLayers());
    config.put("max_position_embeddings", spec.positions());
    config.put("dropout", spec.dropout());
    config.put("attention_dropout", spec.dropouts().attention());
    config.put("activation_dropout", spec.dropouts().activation());
    config.put("classifier_dropout", 0.0);
    config.put("init_std", deviation(spec));
    config.put("activation_function", activation(spec.architecture().activation()));
    config.put("scale_embedding", spec.has(Feature.EMBEDDING_SCALE));
    config.put("tie_word_embeddings", true);
  }

  /** A text that is cut at its longest length still ends. */
  @Override
  public ObjectNode ids(ModelSpec spec) {
    return ModelKind.super.ids(spec).put("forced_eos_token_id", spec.eos());
  }

  private static double deviation(ModelSpec spec) {
    return spec.initialization() instanceof Initialization.Normal normal
        ? normal.deviation()
        : Initialization.USUAL_DEVIATION;
  }

  private static String activation(Activation activation) {
    return activation == Activation.RELU ? "relu" : "gelu";
  }

  @Override
  public ModelSpec spec(ConfigJson config) {
    FIXED.forEach(config::require);
    int heads = both(config, "attention_heads");
    int width = config.whole("d_model");
    return new ModelSpec(
        new ModelShape(
            config.whole("vocab_size"),
            width,
            ModelShape.sharedWidth(width, heads),
            both(config, "ffn_dim"),
            heads,
            config.whole("encoder_layers"),
            config.whole("decoder_layers"),
            config.whole("max_position_embeddings")),
        architecture(config),
        ModelKind.tokens(config, config.whole("eos_token_id")),
        new DropoutRates(
            config.number("dropout", 0),
            config.number("attention_dropout", 0),
            config.number("activation_dropout", 0)),
        new Initialization.Normal(config.number("init_std", Initialization.USUAL_DEVIATION)));
  }

  private static Architecture architecture(ConfigJson config) {
    EnumSet<Feature> features = EnumSet.copyOf(Architecture.BART.features());
    if (config.flag("scale_embedding", ConfigJson.Flag.OFF)) {
      features.add(Feature.EMBEDDING_SCALE);
    }
    return new Architecture(
        Architecture.Norm.LAYER,
        Architecture.Placement.POST,
        new PositionEncoding.Learned(),
        activation(config),
        features,
        Architecture.BART.epsilon());
  }

  private static Activation activation(ConfigJson config) {
    String name = config.text("activation_function", "gelu");
    return switch (name) {
      case "gelu" -> Activation.GELU;
      case "relu" -> Activation.RELU;
      default ->
          throw config.refused(
              "its activation_function is '" + Reason.quoted(name) + "', not gelu or relu");
    };
  }

  private static int both(ConfigJson config, String key) {
    int encoder = config.whole("encoder_" + key);
    if (encoder != config.whole("decoder_" + key)) {
      throw config.refused("its encoder_" + key + " and decoder_" + key + " differ");
    }
    return encoder;
  }

  @Override
  public String stored(String canonical, ModelSpec spec) {
    return canonical;
  }

  /** Files of the bare {@code BartModel} leave the prefix out. */
  @Override
  public List<String> otherNames(String canonical, ModelSpec spec) {
    List<String> names = new ArrayList<>();
    names.add(canonical.substring(PREFIX.length()));
    if (canonical.equals(ParameterLayout.EMBEDDING)) {
      for (String stack : List.of("encoder", "decoder")) {
        names.add(PREFIX + stack + ".embed_tokens.weight");
        names.add(stack + ".embed_tokens.weight");
      }
      names.add(ParameterLayout.UNTIED_HEAD);
    }
    return names;
  }

  @Override
  public List<String> ignored() {
    return List.of();
  }

  @Override
  public Map<String, long[]> zeros(ModelSpec spec) {
    return Map.of(LOGITS_BIAS, new long[] {1, spec.vocabulary()});
  }
}
