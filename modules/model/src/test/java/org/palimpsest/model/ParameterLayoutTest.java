package org.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.objective.Vocabulary;

class ParameterLayoutTest {

  @ParameterizedTest
  @CsvSource({"BART_BASE, 139420416", "BART_LARGE, 406291456"})
  void publishedPresetsHaveTheirPublishedNumberOfParameters(ModelPreset preset, long parameters) {
    ModelSpec spec = preset.spec(Vocabulary.standard(50_265, 0));

    assertThat(ParameterLayout.of(spec).size()).isEqualTo(parameters);
  }

  @Test
  void tensorsLieSideBySideWithoutGaps() {
    long expected = 0;
    for (TensorSpec tensor : tiny().tensors()) {
      assertThat(tensor.offset()).as(tensor.name()).isEqualTo(expected);
      expected = tensor.end();
    }
    assertThat(tiny().size()).isEqualTo(expected);
  }

  @Test
  void queryKeyAndValueAreOneMatrix() {
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
  void theOrderIsPartOfTheFormat() {
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
