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
import org.palimpsest.model.spec.PositionEncoding;
import org.palimpsest.model.spec.PositionEncoding.Sinusoidal.Waves;
import org.palimpsest.model.spec.SpecialTokens;
import org.palimpsest.model.spec.TensorSpec;

/**
 * The class of a {@link BartFamily}: {@code BartForConditionalGeneration} and its relatives. The
 * canonical names are BART's own.
 */
record BartKind(BartFamily family) implements ModelKind {
  private static final String PREFIX = "model.";

  /** A constant bias of the logits; most published models leave it at zero. */
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
    return family.objective();
  }

  @Override
  public Optional<String> obstacle(ModelSpec spec) {
    Architecture architecture = spec.architecture();
    Architecture own = family.architecture();
    if (architecture.norm() != own.norm()) {
      return Optional.of("RMSNorm");
    }
    if (architecture.placement() != own.placement()) {
      return Optional.of(
          family.isPreNorm() ? "norms after its sub-layers" : "norms before its sub-layers");
    }
    if (!architecture.positions().equals(positions(spec.pad()))) {
      return Optional.of(
          family.hasLearnedPositions() ? "other than learned positions" : "these positions");
    }
    if (architecture.isGated()) {
      return Optional.of("gates");
    }
    if (architecture.epsilon() != own.epsilon()) {
      return Optional.of("another epsilon than " + own.epsilon());
    }
    if (!fixed(architecture.features()).equals(fixed(own.features()))
        || (spec.has(Feature.HEAD_BIAS) && !family.hasLogitsBias())) {
      return Optional.of("other features than " + own.features());
    }
    return spec.innerWidth() == spec.width()
        ? Optional.empty()
        : Optional.of("heads of another width");
  }

  /** A config chooses the embedding's scale and whether the head is the embedding. */
  private static Set<Feature> fixed(Set<Feature> features) {
    EnumSet<Feature> fixed = EnumSet.noneOf(Feature.class);
    fixed.addAll(features);
    fixed.remove(Feature.EMBEDDING_SCALE);
    fixed.remove(Feature.TIED_HEAD);
    fixed.remove(Feature.HEAD_BIAS);
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
    config.put("activation_function", BartActivations.name(spec.architecture().activation()));
    // CTranslate2 asks for these, as published configs have them.
    config.put("normalize_before", family.isPreNorm());
    config.put("normalize_embedding", family.features().contains(Feature.EMBEDDING_NORM));
    config.put("scale_embedding", spec.has(Feature.EMBEDDING_SCALE));
    config.put("tie_word_embeddings", spec.has(Feature.TIED_HEAD));
    if (family == BartFamily.MARIAN) {
      config.put("decoder_vocab_size", spec.vocabulary());
      config.put("share_encoder_decoder_embeddings", true);
    }
  }

  /** A text that is cut at its longest length still ends. */
  @Override
  public ObjectNode ids(ModelSpec spec) {
    ObjectNode ids = ModelKind.super.ids(spec);
    return family == BartFamily.M2M_100 ? ids : ids.put("forced_eos_token_id", spec.eos());
  }

  private static double deviation(ModelSpec spec) {
    return spec.initialization() instanceof Initialization.Normal normal
        ? normal.deviation()
        : Initialization.USUAL_DEVIATION;
  }

  @Override
  public ModelSpec spec(ConfigJson config, TiedEmbedding embedding) {
    stated().forEach(config::require);
    int heads = both(config, "attention_heads");
    int width = config.whole("d_model");
    SpecialTokens tokens = ModelKind.tokens(config, family.tokens());
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
        architecture(config, features(config, embedding), tokens),
        tokens,
        new DropoutRates(
            config.number("dropout", BartFamily.DROPOUT),
            config.number("attention_dropout", family.attentionDropout()),
            config.number("activation_dropout", 0)),
        new Initialization.Normal(config.number("init_std", Initialization.USUAL_DEVIATION)));
  }

  /** What the class takes for granted; a folder that says otherwise is something else. */
  private Map<String, JsonNode> stated() {
    return Map.of(
        "is_encoder_decoder", BooleanNode.TRUE,
        "share_encoder_decoder_embeddings", BooleanNode.TRUE,
        "normalize_before", BooleanNode.valueOf(family.isPreNorm()),
        "normalize_embedding",
            BooleanNode.valueOf(family.features().contains(Feature.EMBEDDING_NORM)),
        "add_final_layer_norm", BooleanNode.valueOf(family.isPreNorm()),
        "static_position_embeddings", BooleanNode.valueOf(!family.hasLearnedPositions()));
  }

  private Set<Feature> features(ConfigJson config, TiedEmbedding embedding) {
    EnumSet<Feature> features = EnumSet.copyOf(family.features());
    boolean equal = embedding.isHead(EMBEDDINGS, ParameterLayout.UNTIED_HEAD);
    if (!config.flag("tie_word_embeddings", ConfigJson.Flag.ON) || !equal) {
      features.remove(Feature.TIED_HEAD);
    }
    if (config.flag("scale_embedding", ConfigJson.Flag.of(family.scalesEmbedding()))) {
      features.add(Feature.EMBEDDING_SCALE);
    }
    if (family.hasLogitsBias() && !embedding.isZero(LOGITS_BIAS)) {
      features.add(Feature.HEAD_BIAS);
    }
    return features;
  }

  private Architecture architecture(
      ConfigJson config, Set<Feature> features, SpecialTokens tokens) {
    Architecture own = family.architecture();
    return new Architecture(
        own.norm(),
        own.placement(),
        positions(tokens.pad()),
        BartActivations.of(config, family.activation()),
        features,
        own.epsilon());
  }

  /** M2M-100 counts positions from the one after the padding id. */
  private PositionEncoding positions(int pad) {
    return family == BartFamily.M2M_100
        ? new PositionEncoding.Sinusoidal(Waves.TENSOR2TENSOR, pad + 1)
        : family.architecture().positions();
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
    return canonical.equals(ParameterLayout.HEAD_BIAS) ? LOGITS_BIAS : canonical;
  }

  /** The bias is stored as a matrix of one row, and learned positions without unused rows. */
  @Override
  public TensorSpec place(TensorSpec tensor, ModelSpec spec) {
    String name = stored(tensor.name(), spec);
    if (name.equals(LOGITS_BIAS)) {
      return new TensorSpec(name, new long[] {1, tensor.size()}, tensor.offset());
    }
    int unused = ParameterLayout.POSITION_OFFSET - family.unusedPositions();
    if (name.endsWith(".embed_positions.weight") && unused > 0) {
      long[] shape = {tensor.shape()[0] - unused, tensor.shape()[1]};
      return new TensorSpec(name, shape, tensor.offset() + unused * shape[1]);
    }
    return ModelKind.super.place(tensor, spec);
  }

  /** Files of the bare {@code BartModel} leave the prefix out. */
  @Override
  public List<String> otherNames(String canonical, ModelSpec spec) {
    if (!canonical.startsWith(PREFIX)) {
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
  public List<ConstantTensor> constants(ModelSpec spec) {
    List<ConstantTensor> constants = new ArrayList<>();
    if (family.hasLogitsBias() && !spec.has(Feature.HEAD_BIAS)) {
      constants.add(ConstantTensor.zeros(LOGITS_BIAS, 1, spec.vocabulary()));
    }
    if (positions(spec.pad()) instanceof PositionEncoding.Sinusoidal waves) {
      constants.addAll(new SinusoidTables(family, waves).of(spec));
    }
    return constants;
  }
}
