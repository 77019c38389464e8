package org.palimpsest.model.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.optimizer.OptimizerSettings;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.objective.Vocabulary;

class SettingsTest {
  private static final Vocabulary VOCABULARY = Vocabulary.standard(4000, 0);

  @Test
  void readsAPreset() {
    assertThat(model("preset = bart-base")).isEqualTo(ModelPreset.BART_BASE.spec(VOCABULARY));
  }

  @Test
  void keysOverrideThePreset() {
    ModelSpec spec =
        model(
            "preset = tiny, width = 48, feed-forward = 96, heads = 3, encoder-layers = 4,"
                + " decoder-layers = 5, positions = 77, dropout = 0, initial-deviation = 0.02");

    assertThat(spec).isEqualTo(new ModelSpec(4000, 48, 96, 3, 4, 5, 77, 0, 0, 1, 2, 2));
    assertThat(spec.headWidth()).isEqualTo(16);
  }

  @Test
  void everyArchitectureKeyIsRead() {
    ModelSpec spec =
        model(
            "preset = small, norm = rms, norm-placement = pre, position-encoding = relative-bias,"
                + " relative-buckets = 8, relative-max-distance = 20, activation = gated-gelu,"
                + " biases = false, tied-head = false, attention-scale = false, embedding-scale ="
                + " true, embedding-norm = false, head-scale = true, epsilon = 1e-3, head-width ="
                + " 24, vocabulary = 4096, initialisation = t5, initial-factor = 0.5");

    assertThat(spec.architecture())
        .isEqualTo(
            new Architecture(
                Architecture.Norm.RMS,
                Architecture.Placement.PRE,
                new PositionEncoding.RelativeBias(8, 20),
                Architecture.Activation.GATED_GELU,
                Set.of(Architecture.Feature.EMBEDDING_SCALE, Architecture.Feature.HEAD_SCALE),
                1e-3));
    assertThat(spec.innerWidth()).isEqualTo(96);
    assertThat(spec.vocabulary()).isEqualTo(4096);
    assertThat(spec.initialization()).isEqualTo(new Initialization.T5(0.5));
  }

  @ParameterizedTest
  @EnumSource(ModelPreset.class)
  void assignmentsReproduceTheSpecification(ModelPreset preset) {
    ModelSpec spec = preset.spec(VOCABULARY);

    assertThat(
            ModelSettings.from(
                ConfigFactory.parseString(String.join("\n", ModelSettings.assignments(spec)))
                    .withFallback(ConfigFactory.parseResources("reference.conf"))
                    .getConfig("model"),
                VOCABULARY))
        .isEqualTo(spec);
  }

  @Test
  void theFirstInputOfTheDecoderComesBack() {
    ModelSpec begins = model("decoder-start = 0");
    assertThat(begins.decoderStart()).isZero();
    assertThat(model(String.join("\n", ModelSettings.assignments(begins)).replace("model.", "")))
        .isEqualTo(begins);
  }

  @Test
  void explicitHeadWidthIsKept() {
    assertThat(model("preset = t5-v1.1-small, heads = 5").innerWidth()).isEqualTo(320);
    assertThat(model("preset = t5-small, heads = 4").headWidth()).isEqualTo(128);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vocabulary = 3999 | model.vocabulary is 3999, but the tokenizer has 4000 entries: raise"
            + " it, or leave it null.",
        "norm = batch | model.norm 'batch' is unknown: use one of layer, rms.",
        "position-encoding = relative-bias, relative-buckets = 3 | model.relative-buckets is 3, but"
            + " must be at least 4.",
        "position-encoding = relative-bias, relative-max-distance = 16 |"
            + " model.relative-max-distance is 16, but must be more than half of the 32 buckets:"
            + " raise it.",
        "position-encoding = sinusoidal, width = 33, heads = 1 | model.width is 33, but sinusoidal"
            + " positions need an even one of at least 4.",
        "tied-head = perhaps | model.tied-head is perhaps, but must be true or false.",
        "epsilon = 1 | model.epsilon is 1.0, but must be between 0 and 1.",
        "initialisation = t5, initial-factor = 101 | model.initial-factor is 101.0, but must be"
            + " above 0 and at most 100.",
        "preset = bert | model.preset 'bert' is unknown: use one of tiny, small, bart-base,"
            + " bart-large, t5-tiny, t5-mini, t5-small, t5-base, t5-v1.1-small, t5-v1.1-base,"
            + " mass-base.",
        "heads = 3 | model.width 128 cannot be divided among model.heads 3: choose a width that is"
            + " a multiple of the heads.",
        "encoder-layers = 0 | model.encoder-layers is 0, but must be a whole number of at least 1.",
        "width = wide | model.width is wide, but must be a whole number of at least 1.",
        "width = [1] | model.width is [1], but must be one word.",
        "initial-deviation = 1 | model.initial-deviation is 1.0, but must be between 0 and 1.",
        "positions = 3000000000 | model.positions is 3000000000, but must be at most 2147483647.",
        "dropout = 1 | model.dropout is 1, but must be a number of at least 0 and below 1.",
        "attention-dropout = 1 | model.attention-dropout is 1, but must be a number of at least 0"
            + " and below 1."
      })
  void refusesInvalidModels(String settings, String sentence) {
    assertThatThrownBy(() -> model(settings))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(sentence);
  }

  @Test
  void refusesAPaddingIdOutsideTheVocabulary() {
    assertThatThrownBy(() -> new ModelSpec(10, 4, 4, 1, 1, 1, 8, 0, 0, 10, 2, 2))
        .hasMessage(
            "The padding id 10 is outside the vocabulary of 10 entries: use a tokenizer that has"
                + " this token.");
  }

  @Test
  void theDefaultOptimizerIsAdamW() {
    OptimizerSettings settings = optimizer("");

    assertThat(settings.spec()).isEqualTo(new OptimizerSpec.AdamW(0.9, 0.999, 1e-8, 0.01));
    assertThat(settings.clipFactor(0.5)).isEqualTo(1.0);
    assertThat(settings.clipFactor(4.0)).isEqualTo(0.25);
  }

  @Test
  void readsEveryOptimizer() {
    assertThat(optimizer("kind = rms-adamw").spec())
        .isEqualTo(new OptimizerSpec.RmsAdamW(0.9, 0.999, 1e-8, 0.01, 1e-3));
    assertThat(optimizer("kind = adafactor, weight-decay = 0").spec())
        .isEqualTo(new OptimizerSpec.Adafactor(0.8, 1e-30, 1e-3, 1.0, 0));
    assertThat(optimizer("kind = muon, beta2 = 0.98").spec())
        .isEqualTo(
            new OptimizerSpec.Muon(0.95, 0.2, 5, new OptimizerSpec.AdamW(0.9, 0.98, 1e-8, 0.01)));
  }

  @Test
  void muonOrthogonalizesWhatIsInsideLayersAlone() {
    ModelSpec spec = Specs.all().get("umt5");
    ParameterLayout layout = ParameterLayout.of(spec);

    assertThat(OptimizerSpec.Muon.others(layout))
        .filteredOn(tensor -> !tensor.isVector())
        .extracting(TensorSpec::name)
        .allMatch(name -> !name.contains(".layers.") || name.contains("relative_attention_bias"));
    assertThat(OptimizerSpec.Muon.matrices(layout))
        .hasSize(2 * (4 + 3) + 2 * (4 + 4 + 3))
        .noneMatch(TensorSpec::isVector);
    long others = OptimizerSpec.Muon.others(layout).stream().mapToLong(TensorSpec::size).sum();
    assertThat(optimizer("kind = muon").spec().stateSize(layout)).isEqualTo(layout.size() + others);
  }

  @Test
  void adafactorStateHoldsRowsAndColumns() {
    ModelSpec spec = new ModelSpec(50, 8, 12, 2, 1, 1, 16, 0, 0, 1, 2, 2);
    ParameterLayout layout = ParameterLayout.of(spec);
    OptimizerSpec adafactor = optimizer("kind = adafactor").spec();

    assertThat(OptimizerSpec.Adafactor.stateSize(layout.tensor("model.shared.weight")))
        .isEqualTo(58);
    assertThat(OptimizerSpec.Adafactor.stateSize(layout.tensor("model.encoder.layers.0.fc1.bias")))
        .isEqualTo(12);
    assertThat(adafactor.stateSize(layout))
        .isEqualTo(layout.tensors().stream().mapToLong(OptimizerSpec.Adafactor::stateSize).sum())
        .isLessThan(layout.size());
    assertThat(optimizer("kind = rms-adamw").spec().stateSize(layout)).isEqualTo(2 * layout.size());
    assertThat(new OptimizerSpec.Sgd().stateSize(layout)).isZero();
  }

  @Test
  void clipNormZeroDisablesClipping() {
    OptimizerSettings settings = optimizer("kind = sgd, clip-norm = 0");

    assertThat(settings.spec()).isEqualTo(new OptimizerSpec.Sgd());
    assertThat(settings.clipFactor(1e30)).isEqualTo(1.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind = adam | optimizer.kind 'adam' is unknown: use one of adamw, rms-adamw,"
            + " adafactor, muon, sgd.",
        "beta2 = 1 | optimizer.beta2 is 1, but must be a number of at least 0 and below 1.",
        "epsilon = 0 | optimizer.epsilon is 0, but must be a number above 0.",
        "weight-decay = -0.1 | optimizer.weight-decay is -0.1, but must be a number of at least 0.",
        "clip-norm = NaN | optimizer.clip-norm is NaN, but must be a number of at least 0."
      })
  void refusesInvalidOptimizers(String settings, String sentence) {
    assertThatThrownBy(() -> optimizer(settings))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(sentence);
  }

  private static ModelSpec model(String settings) {
    return ModelSettings.from(section("model", settings), VOCABULARY);
  }

  private static OptimizerSettings optimizer(String settings) {
    return OptimizerSettings.from(section("optimizer", settings));
  }

  private static Config section(String name, String settings) {
    return ConfigFactory.parseString(name + " { " + settings + " }")
        .withFallback(ConfigFactory.parseResources("reference.conf"))
        .getConfig(name);
  }

  @ParameterizedTest
  @CsvSource({
    "encoder-layers, 4097, 4096",
    "decoder-layers, 2000000000, 4096",
    "width, 1048592, 1048576",
    "vocabulary, 16777217, 16777216"
  })
  void refusesSizesThatNoLayoutHolds(String key, int value, int most) {
    assertThatThrownBy(() -> model("preset = tiny, " + key + " = " + value))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "model.%s is %d, but must be at least 1 and at most %d.".formatted(key, value, most));
  }

  @Test
  void refusesTooWideHeads() {
    assertThatThrownBy(() -> new ModelShape(8, 8, 1 << 16, 8, 1 << 16, 1, 1, 8))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("model.heads × model.head-width is 4294967296, but must be at most 1048576.");
  }

  @Test
  void theLargestShapeHasALayout() {
    int rows = ModelShape.MOST_ROWS;
    int layers = ModelShape.MOST_LAYERS;
    ModelShape shape =
        new ModelShape(rows, ModelShape.WIDEST, 1, rows, ModelShape.WIDEST, layers, layers, rows);
    ModelSpec spec =
        new ModelSpec(
            shape,
            Architecture.BART,
            new SpecialTokens(0, 1, 2, 2),
            0,
            new Initialization.Normal(0.02));
    assertThat(ParameterLayout.of(spec).size()).isGreaterThan(1L << 57);
  }

  @ParameterizedTest
  @CsvSource({
    "20, 2, 2, begin-of-text, 20",
    "0, 20, 2, end-of-text, 20",
    "0, 2, -1, decoder start, -1"
  })
  void refusesIdsOutsideTheVocabulary(int bos, int eos, int start, String role, int id) {
    assertThatThrownBy(() -> new ModelSpec(20, 8, 8, 2, 1, 1, 8, 0, bos, 1, eos, start))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The %s id %d is outside the vocabulary of 20 entries: use a tokenizer that has this token."
                .formatted(role, id));
  }
}
