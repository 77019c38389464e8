package org.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.Vocabulary;

class SettingsTest {
  private static final Vocabulary VOCABULARY = Vocabulary.standard(4000, 0);

  @Test
  void aPresetAloneIsAModel() {
    assertThat(model("preset = bart-base")).isEqualTo(ModelPreset.BART_BASE.spec(VOCABULARY));
  }

  @Test
  void whatIsStatedOverridesThePreset() {
    ModelSpec spec =
        model(
            "preset = tiny, width = 48, feed-forward = 96, heads = 3, encoder-layers = 4,"
                + " decoder-layers = 5, positions = 77, dropout = 0, initial-deviation = 0.02");

    assertThat(spec).isEqualTo(new ModelSpec(4000, 48, 96, 3, 4, 5, 77, 0, 0, 1, 2, 2));
    assertThat(spec.headWidth()).isEqualTo(16);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "preset = bert | model.preset 'bert' is unknown: use one of tiny, small, bart-base,"
            + " bart-large.",
        "heads = 3 | model.width 128 cannot be divided among model.heads 3: choose a width that is"
            + " a multiple of the heads.",
        "encoder-layers = 0 | model.encoder-layers is 0, but must be a whole number of at least 1.",
        "width = wide | model.width is wide, but must be a whole number of at least 1.",
        "width = [1] | model.width is [1], but must be one word.",
        "initial-deviation = 1 | model.initial-deviation is 1.0, but must lie between 0 and 1.",
        "positions = 3000000000 | model.positions is 3000000000, but must be at most 2147483647.",
        "dropout = 1 | model.dropout is 1, but must be a number of at least 0 and below 1."
      })
  void refusesAModelThatCannotBe(String settings, String sentence) {
    assertThatThrownBy(() -> model(settings))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(sentence);
  }

  @Test
  void aModelNeedsPadding() {
    assertThatThrownBy(() -> new ModelSpec(10, 4, 4, 1, 1, 1, 8, 0, 0, 10, 2, 2))
        .hasMessage(
            "The padding id 10 lies outside the vocabulary of 10 entries: use a tokenizer that has"
                + " a padding token.");
  }

  @Test
  void theOptimizerIsAdamWUnlessStated() {
    OptimizerSettings settings = optimizer("");

    assertThat(settings.spec()).isEqualTo(new OptimizerSpec.AdamW(0.9, 0.999, 1e-8, 0.01));
    assertThat(settings.clipFactor(0.5)).isEqualTo(1.0);
    assertThat(settings.clipFactor(4.0)).isEqualTo(0.25);
  }

  @Test
  void clippingCanBeOff() {
    OptimizerSettings settings = optimizer("kind = sgd, clip-norm = 0");

    assertThat(settings.spec()).isEqualTo(new OptimizerSpec.Sgd());
    assertThat(settings.clipFactor(1e30)).isEqualTo(1.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind = adam | optimizer.kind 'adam' is unknown: use one of adamw, sgd.",
        "beta2 = 1 | optimizer.beta2 is 1, but must be a number of at least 0 and below 1.",
        "epsilon = 0 | optimizer.epsilon is 0, but must be a number above 0.",
        "weight-decay = -0.1 | optimizer.weight-decay is -0.1, but must be a number of at least 0.",
        "clip-norm = NaN | optimizer.clip-norm is NaN, but must be a number of at least 0."
      })
  void refusesAnOptimizerThatCannotBe(String settings, String sentence) {
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
}
