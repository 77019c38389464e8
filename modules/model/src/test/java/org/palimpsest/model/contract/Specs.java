package org.palimpsest.model.contract;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Architecture.Activation;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.ModelShape;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.PositionEncoding;

/** Small models of every architecture. */
public final class Specs {
  private static final ModelSpec BART = new ModelSpec(50, 16, 32, 2, 2, 2, 32, 0, 0, 1, 2, 2);
  private static final PositionEncoding OWN_BIASES =
      new PositionEncoding.RelativeBias(8, 12, PositionEncoding.RelativeBias.Tables.PER_LAYER);
  private static final PositionEncoding BIAS = new PositionEncoding.RelativeBias(8, 12);

  /** Pre-LayerNorm with sinusoidal positions, as in reimplementations of Vaswani et al. 2017. */
  private static final Architecture CLASSIC =
      new Architecture(
          Architecture.Norm.LAYER,
          Architecture.Placement.PRE,
          new PositionEncoding.Sinusoidal(),
          Activation.RELU,
          EnumSet.of(
              Feature.BIASES, Feature.TIED_HEAD, Feature.ATTENTION_SCALE, Feature.EMBEDDING_SCALE),
          1e-5);

  private Specs() {}

  /** All models by name, published architectures and other combinations. */
  public static Map<String, ModelSpec> all() {
    return Map.ofEntries(
        Map.entry("bart", BART),
        Map.entry("t5", t5(Architecture.T5)),
        Map.entry("t5-v1.1", t5(Architecture.T5_V1_1)),
        Map.entry("umt5", t5(perLayer(Architecture.T5_V1_1))),
        Map.entry("classic", BART.with(CLASSIC)),
        Map.entry("marian", BART.with(marian())),
        Map.entry("m2m-100", BART.with(m2m100())),
        Map.entry("blenderbot-small", BART.with(blenderbotSmall())),
        Map.entry("post-rms-without-biases", BART.with(postRms())),
        Map.entry("pre-layer-gated-biased", BART.with(preLayerGated())),
        Map.entry("layer-norm-without-bias", BART.with(layerWithoutBias())));
  }

  /** All names. */
  public static List<String> names() {
    return all().keySet().stream().sorted().toList();
  }

  /** Names of the published architectures. */
  public static List<String> published() {
    return List.of("bart", "t5", "t5-v1.1");
  }

  /** The model of that name: 50 tokens, 32 positions, no dropout. */
  public static ModelSpec named(String name) {
    return all().get(name);
  }

  /** Heads whose inner width differs from the model's width. */
  private static ModelSpec t5(Architecture t5) {
    boolean perLayer = ((PositionEncoding.RelativeBias) t5.positions()).isPerLayer();
    return BART.with(
            new Architecture(
                t5.norm(),
                t5.placement(),
                perLayer ? OWN_BIASES : BIAS,
                t5.activation(),
                t5.features(),
                t5.epsilon()))
        .with(new ModelShape(50, 16, 6, 24, 3, 2, 2, 32));
  }

  /** UMT5's: a table in each layer. The gate is SiLU's, so that its gradient is tested too. */
  private static Architecture perLayer(Architecture t5) {
    return new Architecture(
        t5.norm(),
        t5.placement(),
        OWN_BIASES,
        Activation.GATED_SILU,
        EnumSet.of(Feature.HEAD_SCALE),
        t5.epsilon());
  }

  private static Architecture marian() {
    return new Architecture(
        Architecture.Norm.LAYER,
        Architecture.Placement.POST,
        new PositionEncoding.Sinusoidal(PositionEncoding.Sinusoidal.Waves.VASWANI, 0),
        Activation.SILU,
        EnumSet.of(
            Feature.BIASES,
            Feature.TIED_HEAD,
            Feature.ATTENTION_SCALE,
            Feature.EMBEDDING_SCALE,
            Feature.HEAD_BIAS),
        1e-5);
  }

  private static Architecture m2m100() {
    return new Architecture(
        Architecture.Norm.LAYER,
        Architecture.Placement.PRE,
        new PositionEncoding.Sinusoidal(PositionEncoding.Sinusoidal.Waves.TENSOR2TENSOR, 2),
        Activation.GATED_RELU,
        EnumSet.of(Feature.BIASES, Feature.ATTENTION_SCALE, Feature.HEAD_BIAS),
        1e-5);
  }

  private static Architecture blenderbotSmall() {
    return new Architecture(
        Architecture.Norm.LAYER,
        Architecture.Placement.POST,
        new PositionEncoding.Learned(),
        Activation.GELU_TANH,
        EnumSet.of(
            Feature.BIASES,
            Feature.TIED_HEAD,
            Feature.ATTENTION_SCALE,
            Feature.EMBEDDING_NORM,
            Feature.EMBEDDING_SCALE,
            Feature.DECODER_POSITIONS_AFTER_NORM),
        1e-5);
  }

  private static Architecture postRms() {
    return new Architecture(
        Architecture.Norm.RMS,
        Architecture.Placement.POST,
        new PositionEncoding.Learned(),
        Activation.GELU,
        Set.of(Feature.EMBEDDING_NORM, Feature.ATTENTION_SCALE),
        1e-6);
  }

  private static Architecture preLayerGated() {
    return new Architecture(
        Architecture.Norm.LAYER,
        Architecture.Placement.PRE,
        BIAS,
        Activation.GATED_GELU,
        Set.of(Feature.BIASES, Feature.EMBEDDING_NORM, Feature.EMBEDDING_SCALE, Feature.HEAD_SCALE),
        1e-5);
  }

  private static Architecture layerWithoutBias() {
    return new Architecture(
        Architecture.Norm.LAYER,
        Architecture.Placement.POST,
        new PositionEncoding.Sinusoidal(),
        Activation.RELU,
        Set.of(Feature.TIED_HEAD),
        1e-5);
  }
}
