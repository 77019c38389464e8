package org.palimpsest.model.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.objective.Vocabulary;

class ParameterLayoutTest {

  @ParameterizedTest
  @CsvSource({
    "bart-base, 139420416",
    "bart-large, 406291456",
    "t5-small, 60506624",
    "t5-base, 222903552",
    "t5-v1.1-small, 76961152",
    "t5-v1.1-base, 247577856",
    "mass-base, 123471360"
  })
  void presetsHaveThePublishedNumberOfParameters(String preset, long parameters) {
    ModelSpec spec = ModelPreset.named(preset).spec(Vocabulary.standard(4000, 0));

    assertThat(ParameterLayout.of(spec).size()).isEqualTo(parameters);
  }

  @Test
  void aLargerVocabularyAddsRows() {
    assertThat(ModelPreset.T5_SMALL.spec(Vocabulary.standard(40_000, 0)).vocabulary())
        .isEqualTo(40_000);
    assertThat(ModelPreset.T5_TINY.spec(Vocabulary.standard(40, 0)).vocabulary()).isEqualTo(40);
  }

  @Test
  void t5HasNoBiasesOneRelativeBiasPerStackAndAnUntiedHead() {
    ParameterLayout layout =
        ParameterLayout.of(ModelPreset.T5_TINY.spec(Vocabulary.standard(100, 0)));

    assertThat(layout.tensors().stream().map(TensorSpec::name).toList())
        .containsExactly(
            "model.shared.weight",
            "model.encoder.relative_attention_bias.weight",
            "model.encoder.layers.0.self_attn.q_proj.weight",
            "model.encoder.layers.0.self_attn.k_proj.weight",
            "model.encoder.layers.0.self_attn.v_proj.weight",
            "model.encoder.layers.0.self_attn.out_proj.weight",
            "model.encoder.layers.0.self_attn_layer_norm.weight",
            "model.encoder.layers.0.fc1_gate.weight",
            "model.encoder.layers.0.fc1.weight",
            "model.encoder.layers.0.fc2.weight",
            "model.encoder.layers.0.final_layer_norm.weight",
            "model.encoder.layer_norm.weight",
            "model.decoder.relative_attention_bias.weight",
            "model.decoder.layers.0.self_attn.q_proj.weight",
            "model.decoder.layers.0.self_attn.k_proj.weight",
            "model.decoder.layers.0.self_attn.v_proj.weight",
            "model.decoder.layers.0.self_attn.out_proj.weight",
            "model.decoder.layers.0.self_attn_layer_norm.weight",
            "model.decoder.layers.0.encoder_attn.q_proj.weight",
            "model.decoder.layers.0.encoder_attn.k_proj.weight",
            "model.decoder.layers.0.encoder_attn.v_proj.weight",
            "model.decoder.layers.0.encoder_attn.out_proj.weight",
            "model.decoder.layers.0.encoder_attn_layer_norm.weight",
            "model.decoder.layers.0.fc1_gate.weight",
            "model.decoder.layers.0.fc1.weight",
            "model.decoder.layers.0.fc2.weight",
            "model.decoder.layers.0.final_layer_norm.weight",
            "model.decoder.layer_norm.weight",
            "lm_head.weight");
    assertThat(layout.head().name()).isEqualTo("lm_head.weight");
    assertThat(tiny().head().name()).isEqualTo("model.shared.weight");
  }

  @Test
  void innerWidthMayDifferFromTheWidth() {
    ParameterLayout layout =
        ParameterLayout.of(ModelPreset.T5_V1_1_SMALL.spec(Vocabulary.standard(100, 0)));

    assertThat(layout.tensor("model.encoder.layers.0.self_attn.q_proj.weight").shape())
        .containsExactly(384, 512);
    assertThat(layout.tensor("model.decoder.layers.7.encoder_attn.out_proj.weight").shape())
        .containsExactly(512, 384);
    assertThat(layout.tensor("model.encoder.relative_attention_bias.weight").shape())
        .containsExactly(32, 6);
  }

  @Test
  void tensorsAreAdjacent() {
    long expected = 0;
    for (TensorSpec tensor : tiny().tensors()) {
      assertThat(tensor.offset()).as(tensor.name()).isEqualTo(expected);
      expected = tensor.end();
    }
    assertThat(tiny().size()).isEqualTo(expected);
  }

  @Test
  void queryKeyAndValueAreAdjacent() {
    for (String attention :
        List.of("model.encoder.layers.0.self_attn", "model.decoder.layers.0.encoder_attn")) {
      for (String part : List.of("weight", "bias")) {
        TensorSpec query = tiny().tensor(attention + ".q_proj." + part);
        TensorSpec key = tiny().tensor(attention + ".k_proj." + part);
        TensorSpec value = tiny().tensor(attention + ".v_proj." + part);
        assertThat(key.offset()).isEqualTo(query.end());
        assertThat(value.offset()).isEqualTo(key.end());
      }
    }
  }

  @Test
  void layoutOrderIsStable() {
    List<String> names = tiny().tensors().stream().map(TensorSpec::name).toList();

    assertThat(ParameterLayout.VERSION).isEqualTo(1);
    assertThat(names)
        .startsWith(
            "model.shared.weight",
            "model.encoder.embed_positions.weight",
            "model.encoder.layernorm_embedding.weight",
            "model.encoder.layernorm_embedding.bias",
            "model.encoder.layers.0.self_attn.q_proj.weight")
        .endsWith(
            "model.decoder.layers.0.fc2.weight",
            "model.decoder.layers.0.fc2.bias",
            "model.decoder.layers.0.final_layer_norm.weight",
            "model.decoder.layers.0.final_layer_norm.bias");
  }

  private static ParameterLayout tiny() {
    return ParameterLayout.of(ModelPreset.TINY.spec(Vocabulary.standard(100, 0)));
  }
}
