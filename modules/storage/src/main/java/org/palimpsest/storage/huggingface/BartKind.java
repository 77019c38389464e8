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
import org.palimpsest.model.spec.SpecialTokens;
import org.palimpsest.storage.Reason;

/** {@code BartForConditionalGeneration}; the canonical names are its own. */
record BartKind() implements ModelKind {
  private static final String PREFIX = "model.";

  /**
   * A constant bias of the logits; published models leave it at zero, and the head here has none.
   */
  private static final String LOGITS_BIAS = "final_logits_bias";

  private static final String ENCODER_EMBEDDING = "encoder.embed_tokens.weight";
  private static final String DECODER_EMBEDDING = "decoder.embed_tokens.weight";

  /** All names of the embedding; files of the bare {@code BartModel} leave the prefix out. */
  private static final List<String> EMBEDDINGS =
      List.of(
          ParameterLayout.EMBEDDING,
          ParameterLayout.EMBEDDING.substring(PREFIX.length()),
          PREFIX + ENCODER_EMBEDDING,
          ENCODER_EMBEDDING,
          PREFIX + DECODER_EMBEDDING,
          DECODER_EMBEDDING);

  /** What Hugging Face's class takes for keys that a config lacks. */
  private static final SpecialTokens USUAL_TOKENS = new SpecialTokens(0, 1, 2, 2);

  private static final double USUAL_DROPOUT = 0.1;

  /** What it takes for granted; a folder that says otherwise is something else. */
  private static final Map<String, JsonNode> FIXED =
      Map.of(
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
    if (!fixed(architecture.features()).equals(fixed(Architecture.BART.features()))) {
      return Optional.of("other features than " + Architecture.BART.features());
    }
    return spec.innerWidth() == spec.width()
        ? Optional.empty()
        : Optional.of("heads of another width");
  }

  /** The embedding's scale is free, and so is whether the head is the embedding. */
  private static Set<Feature> fixed(Set<Feature> features) {
    EnumSet<Feature> fixed = EnumSet.noneOf(Feature.class);
    fixed.addAll(features);
    fixed.remove(Feature.EMBEDDING_SCALE);
    fixed.remove(Feature.TIED_HEAD);
    return fixed;
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
    config.put("tie_word_embeddings", spec.has(Feature.TIED_HEAD));
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
  public ModelSpec spec(ConfigJson config, TiedEmbedding embedding) {
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
        architecture(config, isTied(config, embedding)),
        ModelKind.tokens(config, USUAL_TOKENS),
        new DropoutRates(
            config.number("dropout", USUAL_DROPOUT),
            config.number("attention_dropout", 0),
            config.number("activation_dropout", 0)),
        new Initialization.Normal(config.number("init_std", Initialization.USUAL_DEVIATION)));
  }

  private static boolean isTied(ConfigJson config, TiedEmbedding embedding) {
    boolean equal = embedding.isHead(EMBEDDINGS, ParameterLayout.UNTIED_HEAD);
    return config.flag("tie_word_embeddings", ConfigJson.Flag.ON) && equal;
  }

  private static Architecture architecture(ConfigJson config, boolean tied) {
    EnumSet<Feature> features = EnumSet.copyOf(Architecture.BART.features());
    if (!tied) {
      features.remove(Feature.TIED_HEAD);
    }
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
    if (canonical.equals(ParameterLayout.UNTIED_HEAD)) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    names.add(canonical.substring(PREFIX.length()));
    if (canonical.equals(ParameterLayout.EMBEDDING)) {
      names.addAll(EMBEDDINGS);
      if (spec.has(Feature.TIED_HEAD)) {
        names.add(ParameterLayout.UNTIED_HEAD);
      }
    }
    return names;
  }

  /** Where the head is not tied, Hugging Face ties the stacks to the embedding neither. */
  @Override
  public List<String> copies(ModelSpec spec) {
    return spec.has(Feature.TIED_HEAD)
        ? List.of()
        : List.of(PREFIX + ENCODER_EMBEDDING, PREFIX + DECODER_EMBEDDING);
  }

  @Override
  public Map<String, String> keys() {
    return Map.of(
        "vocabulary", "vocab_size",
        "width", "d_model",
        "feed-forward", "encoder_ffn_dim",
        "heads", "encoder_attention_heads",
        "encoder-layers", "encoder_layers",
        "decoder-layers", "decoder_layers",
        "positions", "max_position_embeddings",
        "dropout", "dropout",
        "attention-dropout", "attention_dropout",
        "activation-dropout", "activation_dropout");
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
