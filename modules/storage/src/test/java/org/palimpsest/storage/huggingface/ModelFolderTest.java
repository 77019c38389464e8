package org.palimpsest.storage.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.storage.huggingface.FolderForTests.BART;
import static org.palimpsest.storage.huggingface.FolderForTests.JSON;
import static org.palimpsest.storage.huggingface.FolderForTests.TOKENIZER;
import static org.palimpsest.storage.huggingface.FolderForTests.initial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;

/** A BART that we wrote ourselves, whole, damaged and edited. */
class ModelFolderTest {
  private FolderForTests folder;

  @BeforeEach
  void place(@TempDir Path temporary) {
    folder = new FolderForTests(temporary.resolve("model"));
  }

  @Test
  void aModelComesBackBitByBit() {
    folder.write(BART, 1);

    ModelFolder model = folder.open();

    assertThat(model.spec()).isEqualTo(BART);
    assertThat(model.tokenizer()).isEqualTo(TOKENIZER);
    assertThat(model.objective()).isEqualTo("bart");
    assertThat(folder.parameters()).isEqualTo(initial(BART, 1).values());
  }

  @Test
  void anObjectiveMayBeAMap() {
    Map<String, Object> objective = Map.of("preset", "bart", "density", 0.3);
    folder.write(BART, initial(BART, 1), objective);

    assertThat(folder.open().objective()).isEqualTo(objective);
  }

  @Test
  void huggingFaceFindsAllItNeeds() throws IOException {
    folder.write(BART, 1);

    assertThat(folder.files())
        .containsExactlyInAnyOrder(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "palimpsest.json",
            "tokenizer.json",
            "tokenizer_config.json");
    assertThat(folder.json("config.json"))
        .isEqualTo(
            JSON.readTree(
                """
                {"architectures": ["BartForConditionalGeneration"], "model_type": "bart",
                 "vocab_size": 300, "d_model": 32, "encoder_layers": 1, "decoder_layers": 1,
                 "encoder_attention_heads": 2, "decoder_attention_heads": 2,
                 "encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "encoder_layerdrop": 0.0,
                 "decoder_layerdrop": 0.0, "num_hidden_layers": 1,
                 "max_position_embeddings": 128, "dropout": 0.1, "attention_dropout": 0.0,
                 "activation_dropout": 0.0, "classifier_dropout": 0.0, "init_std": 0.06,
                 "activation_function": "gelu", "normalize_before": false,
                 "normalize_embedding": true, "scale_embedding": false,
                 "tie_word_embeddings": true, "is_encoder_decoder": true, "use_cache": true,
                 "dtype": "float32", "bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2,
                 "decoder_start_token_id": 2, "forced_eos_token_id": 2,
                 "palimpsest": {"objective": "bart"}}
                """));
    assertThat(folder.json("generation_config.json"))
        .isEqualTo(
            JSON.readTree(
                """
                {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2,
                 "decoder_start_token_id": 2, "forced_eos_token_id": 2, "max_new_tokens": 127}
                """));
    assertThat(folder.json("tokenizer_config.json"))
        .isEqualTo(
            JSON.readTree(
                """
                {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 128,
                 "clean_up_tokenization_spaces": false, "bos_token": "<s>", "pad_token": "<pad>",
                 "eos_token": "</s>", "unk_token": "<unk>", "mask_token": "<mask>"}
                """));
  }

  @Test
  void aMissingFolderIsNoModel() {
    assertThatThrownBy(folder::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("%s is not a model folder: it has no config.json.", folder.uri());
  }

  @Test
  void aFlippedBitIsNoticed() throws IOException {
    folder.write(BART, 1);
    byte[] bytes = Files.readAllBytes(folder.file("model.safetensors"));
    bytes[bytes.length - 5000] ^= 1;
    Files.write(folder.file("model.safetensors"), bytes);

    assertThatThrownBy(folder::parameters)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s/model.safetensors is damaged or was replaced: it differs from what palimpsest.json"
                + " beside it says; restore it, or remove palimpsest.json to use it as it is.",
            folder.uri());
    Files.delete(folder.file("palimpsest.json"));
    folder.parameters();
    assertThat(folder.open().objective()).isEqualTo("bart");
  }

  @Test
  void aMissingTokenizerIsNoticed() throws IOException {
    folder.write(BART, 1);
    Files.delete(folder.file("tokenizer.json"));

    assertThatThrownBy(() -> folder.open().tokenizer())
        .hasMessage(
            "%s has no tokenizer.json: save its tokenizer in the fast form (save_pretrained of"
                + " transformers does).",
            folder.uri());
  }

  @Test
  void anEditedConfigIsReadDespiteHadoopsSidecars() throws IOException {
    folder.write(BART, 1);
    Files.writeString(
        folder.file("config.json"),
        Files.readString(folder.file("config.json"))
            .replace("\"dropout\" : 0.1", "\"dropout\" : 0.2"));

    assertThat(folder.open().spec().dropout()).isEqualTo(0.2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_type | \"gpt2\" | its model_type is 'gpt2', not one of bart, mbart, plbart, pegasus,"
            + " marian, m2m_100, blenderbot, blenderbot-small, t5, mt5, umt5",
        "model_type | \"led\" | its model_type is 'led', whose attention is sparse, not one of"
            + " bart, mbart, plbart, pegasus, marian, m2m_100, blenderbot, blenderbot-small, t5,"
            + " mt5, umt5",
        "normalize_before | true | its normalize_before is true, not false",
        "activation_function | \"tanh\" | its activation_function is 'tanh', not gelu, gelu_new,"
            + " relu or silu",
        "decoder_ffn_dim | 65 | its encoder_ffn_dim and decoder_ffn_dim differ",
        "d_model | null | its d_model is null, not a whole number"
      })
  void anotherKindOfModelIsRefused(String key, String value, String why) throws IOException {
    folder.write(BART, 1);
    folder.edit(key, value);

    assertThatThrownBy(folder::open)
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.INPUT))
        .hasMessage("%s is not a model folder of this kind: %s.", folder.uri(), why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "encoder_layers | 2 | it lacks model.encoder.layers.1.self_attn.q_proj.weight",
        "decoder_layers | 0 | ",
        "vocab_size | 299 | model.shared.weight has the shape [300, 32] where [299, 32] belongs"
      })
  void weightsMustBeThoseOfTheConfig(String key, String value, String why) throws IOException {
    folder.write(BART, 1);
    folder.edit(key, value);

    if (why == null) {
      assertThatThrownBy(folder::open)
          .hasMessageEndingWith(
              "is not a model folder of this kind: decoder_layers is 0, but must be at least 1.");
    } else {
      assertThatThrownBy(folder::parameters)
          .hasMessage(
              "%s/model.safetensors does not hold the parameters of its folder's model: %s.",
              folder.uri(), why);
    }
  }
}
