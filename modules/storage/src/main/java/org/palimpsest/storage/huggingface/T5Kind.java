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
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.DropoutRates;
import org.palimpsest.model.spec.Initialization;
import org.palimpsest.model.spec.ModelShape;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.PositionEncoding.RelativeBias;
import org.palimpsest.model.spec.PositionEncoding.RelativeBias.Tables;
import org.palimpsest.model.spec.SpecialTokens;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.storage.Reason;

/**
 * The class of a {@link T5Family}: {@code T5ForConditionalGeneration} and its relatives. {@code
 * docs/reference/parameters.md} has the table of names.
 */
record T5Kind(T5Family family) implements ModelKind {
  private static final String ATTENTION_DROPOUT = "attention_dropout_rate";
  private static final String ACTIVATION_DROPOUT = "activation_dropout_rate";

  private static final String BUCKETS = "relative_attention_num_buckets";
  private static final String MAX_DISTANCE = "relative_attention_max_distance";
  private static final String SCALE = "scale_decoder_outputs";

  /** All names of the embedding. */
  private static final List<String> EMBEDDINGS =
      List.of("shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight");

  /** What Hugging Face's class takes for keys that a config lacks. */
  private static final SpecialTokens USUAL_TOKENS = new SpecialTokens(Vocabulary.NONE, 0, 1, 0);

  private static final double USUAL_DROPOUT = 0.1;

  /** Old files hold a table that cross-attention never reads. */
  private static final String UNUSED_BIAS =
      "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight";

  @Override
  public String className() {
    return family.className();
  }

  @Override
  public String type() {
    return family.type();
  }

  @Override
  public Object objective() {
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
    if (!(architecture.positions() instanceof RelativeBias bias)) {
      return Optional.of("other positions than a relative bias");
    }
    if (bias.tables() != tables()) {
      return Optional.of(
          bias.isPerLayer() ? "a relative bias in each layer" : "one relative bias in each stack");
    }
    if (family == T5Family.MT5 && spec.has(Feature.HEAD_SCALE)) {
      return Optional.of("a scaled head");
    }
    Set<Feature> features = architecture.features();
    return Architecture.T5.features().containsAll(features)
        ? Optional.empty()
        : Optional.of("the features " + EnumSet.copyOf(features));
  }

  private Tables tables() {
    return family == T5Family.UMT5 ? Tables.PER_LAYER : Tables.SHARED;
  }

  @Override
  public void describe(ModelSpec spec, ObjectNode config) {
    Architecture architecture = spec.architecture();
    RelativeBias bias = (RelativeBias) architecture.positions();
    boolean scaled = spec.has(Feature.HEAD_SCALE);
    config.put("d_kv", spec.headWidth());
    config.put("d_ff", spec.feedForward());
    config.put("num_layers", spec.encoderLayers());
    config.put("num_decoder_layers", spec.decoderLayers());
    config.put("num_heads", spec.heads());
    config.put("n_positions", spec.positions());
    config.put(BUCKETS, bias.buckets());
    config.put(MAX_DISTANCE, bias.maxDistance());
    config.put(T5Activations.PROJECTION, T5Activations.name(architecture.activation()));
    config.put("layer_norm_epsilon", architecture.epsilon());
    config.put("dropout_rate", spec.dropout());
    other(config, ATTENTION_DROPOUT, spec.dropouts().attention(), spec.dropout());
    other(config, ACTIVATION_DROPOUT, spec.dropouts().activation(), spec.dropout());
    config.put("initializer_factor", factor(spec));
    // Older versions scale if this is true. Newer ones have a key for the scale, and look at the
    // weights to see whether the head is tied.
    config.put("tie_word_embeddings", scaled);
    config.put(SCALE, scaled);
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
  public ModelSpec spec(ConfigJson config, TiedEmbedding embedding) {
    config.require("is_encoder_decoder", BooleanNode.TRUE);
    config.require("tie_encoder_decoder", BooleanNode.FALSE);
    int layers = config.whole("num_layers");
    double dropout = config.number("dropout_rate", USUAL_DROPOUT);
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
        architecture(config, embedding.isHead(EMBEDDINGS, ParameterLayout.UNTIED_HEAD)),
        ModelKind.tokens(config, USUAL_TOKENS),
        new DropoutRates(
            dropout,
            config.number(ATTENTION_DROPOUT, dropout),
            config.number(ACTIVATION_DROPOUT, dropout)),
        new Initialization.T5(config.number("initializer_factor", 1)));
  }

  private Architecture architecture(ConfigJson config, boolean tied) {
    RelativeBias published = RelativeBias.PUBLISHED;
    return new Architecture(
        Architecture.Norm.RMS,
        Architecture.Placement.PRE,
        new RelativeBias(
            config.whole(BUCKETS, published.buckets()),
            config.whole(MAX_DISTANCE, published.maxDistance()),
            tables()),
        T5Activations.of(config, family.projection()),
        features(tied, isScaled(config)),
        config.number("layer_norm_epsilon", Architecture.T5.epsilon()));
  }

  private static Set<Feature> features(boolean tied, boolean scaled) {
    EnumSet<Feature> features = EnumSet.noneOf(Feature.class);
    if (tied) {
      features.add(Feature.TIED_HEAD);
    }
    if (scaled) {
      features.add(Feature.HEAD_SCALE);
    }
    return features;
  }

  /** The key of newer versions counts; older ones scale unless the flag of ties is off. */
  private boolean isScaled(ConfigJson config) {
    if (family == T5Family.MT5) {
      return false;
    }
    boolean tied = config.flag("tie_word_embeddings", ConfigJson.Flag.ON);
    if (family == T5Family.T5 && tied && !config.has(SCALE)) {
      refuseUnscaledClass(config);
    }
    return config.flag(SCALE, tied ? ConfigJson.Flag.ON : ConfigJson.Flag.OFF);
  }

  /** mT5 never scales, so that its weights under T5's name are another model. */
  private static void refuseUnscaledClass(ConfigJson config) {
    for (JsonNode name : config.tree().path("architectures")) {
      if (name.asText().startsWith("MT5")) {
        throw config.refused(
            "its architectures name "
                + Reason.quoted(name.asText())
                + ", which does not scale its head, but its model_type t5 does: add "
                + SCALE
                + " false");
      }
    }
  }

  @Override
  public String stored(String canonical, ModelSpec spec) {
    return T5Names.of(canonical, spec.architecture().isGated());
  }

  @Override
  public List<String> otherNames(String canonical, ModelSpec spec) {
    List<String> names = new ArrayList<>();
    if (canonical.equals(ParameterLayout.EMBEDDING)) {
      names.addAll(EMBEDDINGS);
      if (spec.has(Feature.TIED_HEAD)) {
        names.add(ParameterLayout.UNTIED_HEAD);
      }
    }
    return names;
  }

  /** Older versions tie the head if they scale, and look for it in the file if they do not. */
  @Override
  public List<String> copies(ModelSpec spec) {
    return spec.has(Feature.TIED_HEAD) && !spec.has(Feature.HEAD_SCALE)
        ? List.of(ParameterLayout.UNTIED_HEAD)
        : List.of();
  }

  @Override
  public Map<String, String> keys() {
    return Map.ofEntries(
        Map.entry("vocabulary", "vocab_size"),
        Map.entry("width", "d_model"),
        Map.entry("head-width", "d_kv"),
        Map.entry("feed-forward", "d_ff"),
        Map.entry("heads", "num_heads"),
        Map.entry("encoder-layers", "num_layers"),
        Map.entry("decoder-layers", "num_decoder_layers"),
        Map.entry("positions", "n_positions"),
        Map.entry("relative-buckets", BUCKETS),
        Map.entry("relative-max-distance", MAX_DISTANCE),
        Map.entry("epsilon", "layer_norm_epsilon"),
        Map.entry("dropout", "dropout_rate"),
        Map.entry("attention-dropout", ATTENTION_DROPOUT),
        Map.entry("activation-dropout", ACTIVATION_DROPOUT));
  }

  @Override
  public List<String> ignored() {
    return List.of(UNUSED_BIAS);
  }

  @Override
  public List<ConstantTensor> constants(ModelSpec spec) {
    return List.of();
  }
}
