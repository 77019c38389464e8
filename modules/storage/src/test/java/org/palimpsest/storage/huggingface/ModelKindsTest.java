package org.palimpsest.storage.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.storage.huggingface.FolderForTests.JSON;
import static org.palimpsest.storage.huggingface.FolderForTests.T5;
import static org.palimpsest.storage.huggingface.FolderForTests.T5_V1_1;
import static org.palimpsest.storage.huggingface.FolderForTests.initial;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.DropoutRates;
import org.palimpsest.model.spec.Initialization;
import org.palimpsest.model.spec.ModelSpec;

/** Models of all kinds come back bit by bit, under the names that Hugging Face gives them. */
class ModelKindsTest {
  private FolderForTests folder;

  @BeforeEach
  void place(@TempDir Path temporary) {
    folder = new FolderForTests(temporary.resolve("model"));
  }

  enum Kind {
    BART,
    SCALED_BART,
    T5,
    T5_V1_1
  }

  private static ModelSpec spec(Kind kind) {
    return switch (kind) {
      case BART -> FolderForTests.BART;
      case SCALED_BART -> scaledBart();
      case T5 -> FolderForTests.T5;
      case T5_V1_1 -> FolderForTests.T5_V1_1;
    };
  }

  /** As MASS for translation has it: ReLU, embeddings times the root of the width. */
  private static ModelSpec scaledBart() {
    EnumSet<Feature> features = EnumSet.copyOf(Architecture.BART.features());
    features.add(Feature.EMBEDDING_SCALE);
    Architecture bart = Architecture.BART;
    return FolderForTests.BART.with(
        new Architecture(
            bart.norm(),
            bart.placement(),
            bart.positions(),
            Architecture.Activation.RELU,
            features,
            bart.epsilon()));
  }

  @ParameterizedTest
  @CsvSource({"BART", "SCALED_BART", "T5", "T5_V1_1"})
  void everyKindComesBackBitByBit(Kind kind) {
    ModelSpec spec = spec(kind);
    folder.write(spec, 3);

    assertThat(folder.open().spec()).isEqualTo(spec);
    assertThat(folder.parameters()).isEqualTo(initial(spec, 3).values());
  }

  @ParameterizedTest
  @CsvSource({"BART", "T5"})
  void theThreeRatesOfDropoutComeBack(Kind kind) {
    DropoutRates rates = new DropoutRates(0.1, 0.05, 0);
    folder.write(spec(kind).with(rates), 3);

    assertThat(folder.open().spec().dropouts()).isEqualTo(rates);
  }

  @Test
  void aT5OfOneRateDropsWithItEverywhere() throws IOException {
    folder.write(T5, 3);
    folder.edit("dropout_rate", "0.2");

    assertThat(folder.open().spec().dropouts()).isEqualTo(new DropoutRates(0.2, 0.2, 0.2));
  }

  @Test
  void aT5IsCalledWhatHuggingFaceCallsIt() throws IOException {
    folder.write(T5, 3);

    assertThat(folder.json("config.json"))
        .isEqualTo(
            JSON.readTree(
                """
                {"architectures": ["T5ForConditionalGeneration"], "model_type": "t5",
                 "vocab_size": 300, "d_model": 32, "d_kv": 16, "d_ff": 64, "num_layers": 1,
                 "num_decoder_layers": 1, "num_heads": 2, "n_positions": 128,
                 "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128,
                 "feed_forward_proj": "relu", "layer_norm_epsilon": 1e-6, "dropout_rate": 0.0,
                 "initializer_factor": 1.0, "tie_word_embeddings": true,
                 "scale_decoder_outputs": true, "is_encoder_decoder": true, "use_cache": true,
                 "dtype": "float32", "bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2,
                 "decoder_start_token_id": 2, "palimpsest": {"objective": "t5"}}
                """));
    assertThat(tensors())
        .containsExactly(
            "shared.weight",
            "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
            "encoder.block.0.layer.0.SelfAttention.q.weight",
            "encoder.block.0.layer.0.SelfAttention.k.weight",
            "encoder.block.0.layer.0.SelfAttention.v.weight",
            "encoder.block.0.layer.0.SelfAttention.o.weight",
            "encoder.block.0.layer.0.layer_norm.weight",
            "encoder.block.0.layer.1.DenseReluDense.wi.weight",
            "encoder.block.0.layer.1.DenseReluDense.wo.weight",
            "encoder.block.0.layer.1.layer_norm.weight",
            "encoder.final_layer_norm.weight",
            "decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
            "decoder.block.0.layer.0.SelfAttention.q.weight",
            "decoder.block.0.layer.0.SelfAttention.k.weight",
            "decoder.block.0.layer.0.SelfAttention.v.weight",
            "decoder.block.0.layer.0.SelfAttention.o.weight",
            "decoder.block.0.layer.0.layer_norm.weight",
            "decoder.block.0.layer.1.EncDecAttention.q.weight",
            "decoder.block.0.layer.1.EncDecAttention.k.weight",
            "decoder.block.0.layer.1.EncDecAttention.v.weight",
            "decoder.block.0.layer.1.EncDecAttention.o.weight",
            "decoder.block.0.layer.1.layer_norm.weight",
            "decoder.block.0.layer.2.DenseReluDense.wi.weight",
            "decoder.block.0.layer.2.DenseReluDense.wo.weight",
            "decoder.block.0.layer.2.layer_norm.weight",
            "decoder.final_layer_norm.weight");
  }

  @Test
  void aGatedT5HasTwoInputsAndAHead() throws IOException {
    folder.write(T5_V1_1, 3);

    assertThat(folder.json("config.json").get("feed_forward_proj").asText())
        .isEqualTo("gated-gelu");
    assertThat(folder.json("config.json").get("tie_word_embeddings").asBoolean()).isFalse();
    assertThat(tensors())
        .contains(
            "decoder.block.0.layer.2.DenseReluDense.wi_0.weight",
            "decoder.block.0.layer.2.DenseReluDense.wi_1.weight",
            "lm_head.weight");
    assertThat(folder.open().objective()).isEqualTo("t5");
  }

  @Test
  void whatNoClassOfHuggingFaceIsCannotBeExported() {
    ModelSpec hybrid = FolderForTests.BART.with(Initialization.T5.PUBLISHED);
    Architecture bart = Architecture.BART;
    Architecture rms =
        new Architecture(
            Architecture.Norm.RMS,
            bart.placement(),
            bart.positions(),
            bart.activation(),
            bart.features(),
            bart.epsilon());

    assertThatThrownBy(() -> folder.write(hybrid.with(rms), 3))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "No model class of Hugging Face has this architecture: bart, mbart, plbart, pegasus,"
                + " marian, m2m_100, blenderbot, blenderbot-small without RMSNorm; t5, mt5, umt5"
                + " without norms after its sub-layers: train one of them to export it.");
    assertThat(folder.path()).doesNotExist();
  }

  /** Names in the order in which they lie in the file. */
  private List<String> tensors() throws IOException {
    List<TensorEntry> entries = new ArrayList<>(folder.entries());
    entries.sort(Comparator.comparingLong(TensorEntry::begin));
    return entries.stream().map(TensorEntry::name).toList();
  }
}
