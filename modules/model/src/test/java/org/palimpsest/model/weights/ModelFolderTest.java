package org.palimpsest.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.Initializer;
import org.palimpsest.model.ModelPreset;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.ParameterLayout;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.Vocabulary;

class ModelFolderTest {
  private static final ModelSpec SPEC = ModelPreset.TINY.spec(Vocabulary.standard(300, 0));
  private static final Configuration HADOOP = new Configuration();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] TOKENIZER =
      """
      {"added_tokens": [{"id": 0, "content": "<s>"}, {"id": 1, "content": "<pad>"},
       {"id": 2, "content": "</s>"}, {"id": 3, "content": "<unk>"}, {"id": 4, "content": "<mask>"}]}
      """
          .getBytes(StandardCharsets.UTF_8);

  @TempDir Path temporary;

  @Test
  void aModelComesBackBitByBit() {
    write(1);

    ModelFolder folder = open();

    assertThat(folder.spec()).isEqualTo(SPEC);
    assertThat(folder.tokenizer()).isEqualTo(TOKENIZER);
    assertThat(folder.objective()).isEqualTo("bart");
    assertThat(parameters(folder)).isEqualTo(initial(1).values());
  }

  @Test
  void anObjectiveMayBeAMap() {
    Map<String, Object> objective = Map.of("preset", "bart", "density", 0.3);
    ModelFolder.write(
        path(), HADOOP, new ModelFolder.Content(SPEC, initial(1), TOKENIZER, objective));

    assertThat(open().objective()).isEqualTo(objective);
  }

  @Test
  void huggingFaceFindsAllItNeeds() throws IOException {
    write(1);

    assertThat(names())
        .containsExactlyInAnyOrder(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "palimpsest.json",
            "tokenizer.json",
            "tokenizer_config.json");
    assertThat(json("config.json"))
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
                 "activation_function": "gelu", "scale_embedding": false,
                 "tie_word_embeddings": true, "is_encoder_decoder": true, "use_cache": true,
                 "dtype": "float32", "bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2,
                 "decoder_start_token_id": 2, "forced_eos_token_id": 2}
                """));
    assertThat(json("generation_config.json"))
        .isEqualTo(
            JSON.readTree(
                """
                {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2,
                 "decoder_start_token_id": 2, "forced_eos_token_id": 2, "max_length": 128}
                """));
    assertThat(json("tokenizer_config.json"))
        .isEqualTo(
            JSON.readTree(
                """
                {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 128,
                 "clean_up_tokenization_spaces": false, "bos_token": "<s>", "pad_token": "<pad>",
                 "eos_token": "</s>", "unk_token": "<unk>", "mask_token": "<mask>"}
                """));
  }

  @Test
  void aNewModelReplacesTheOldOneAndNothingElse() throws IOException {
    write(1);
    Files.writeString(model("README.md"), "mine");
    write(2);

    assertThat(parameters(open())).isEqualTo(initial(2).values());
    assertThat(names()).hasSize(7).contains("README.md");
  }

  @Test
  void anExportThatFailsLeavesTheOldModelWhole() throws IOException {
    write(1);

    assertThatThrownBy(() -> write(new Failing(initial(2)))).hasMessage("the disk is full");

    assertThat(parameters(open())).isEqualTo(initial(1).values());
    assertThat(names()).hasSize(6);
  }

  @Test
  void aFirstExportThatFailsLeavesNothing() throws IOException {
    assertThatThrownBy(() -> write(new Failing(initial(2)))).hasMessage("the disk is full");

    assertThat(names()).isEmpty();
    write(1);
    assertThat(parameters(open())).isEqualTo(initial(1).values());
  }

  @Test
  void anInterruptedReplacementIsNoModelAndMayBeWrittenAgain() throws IOException {
    write(1);
    Files.delete(model("config.json"));
    Files.writeString(model("config.json.unfinished-1234"), "{");

    assertThatThrownBy(this::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s is an unfinished model folder: writing it was interrupted, write it again.", uri());
    write(2);
    assertThat(parameters(open())).isEqualTo(initial(2).values());
  }

  @Test
  void whatIsNoModelIsNotOverwritten() throws IOException {
    Files.createDirectories(temporary.resolve("model"));
    Files.writeString(model("thesis.tex"), "years of work");
    Files.writeString(model("config.json"), "{\"editor\": \"vi\"}");

    assertThatThrownBy(() -> write(1))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s holds something else than a model, which will not be overwritten: choose another"
                + " folder, or empty it.",
            uri());
    assertThat(names()).containsExactlyInAnyOrder("thesis.tex", "config.json");
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Files.writeString(temporary.resolve("model"), "a file");

    assertThatThrownBy(() -> write(1))
        .hasMessage("%s is a file: choose a folder for the model.", uri());
    assertThatThrownBy(this::open).isInstanceOf(PalimpsestException.class);
  }

  @Test
  void aTokenizerThatIsNoneIsRefusedBeforeAnythingIsWritten() throws IOException {
    byte[] text = "hello".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(
            () ->
                ModelFolder.write(
                    path(), HADOOP, new ModelFolder.Content(SPEC, initial(1), text, "bart")))
        .hasMessage("The tokenizer is no tokenizer.json of Hugging Face: it is not a JSON object.");
    assertThat(temporary.resolve("model")).doesNotExist();
  }

  @Test
  void aMissingFolderIsNoModel() {
    assertThatThrownBy(this::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("%s is not a model folder: it has no config.json.", uri());
  }

  @Test
  void aFlippedBitIsNoticed() throws IOException {
    write(1);
    byte[] bytes = Files.readAllBytes(model("model.safetensors"));
    bytes[bytes.length - 5000] ^= 1;
    Files.write(model("model.safetensors"), bytes);

    assertThatThrownBy(() -> parameters(open()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s/model.safetensors is damaged or was replaced: it differs from what palimpsest.json"
                + " beside it says; restore it, or remove palimpsest.json to use it as it is.",
            uri());
    Files.delete(model("palimpsest.json"));
    parameters(open());
    assertThat(open().objective()).isEqualTo("bart");
  }

  @Test
  void aMissingTokenizerIsNoticed() throws IOException {
    write(1);
    Files.delete(model("tokenizer.json"));

    assertThatThrownBy(() -> open().tokenizer())
        .hasMessage(
            "%s has no tokenizer.json: save its tokenizer in the fast form (save_pretrained of"
                + " transformers does).",
            uri());
  }

  @Test
  void anEditedConfigIsReadDespiteHadoopsSidecars() throws IOException {
    write(1);
    Files.writeString(
        model("config.json"),
        Files.readString(model("config.json")).replace("\"dropout\" : 0.1", "\"dropout\" : 0.2"));

    assertThat(open().spec().dropout()).isEqualTo(0.2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_type | \"gpt2\" | its model_type is 'gpt2', not bart or t5",
        "normalize_before | true | its normalize_before is true, not false",
        "tie_word_embeddings | false | its tie_word_embeddings is false, not true",
        "activation_function | \"swish\" | its activation_function is 'swish', not gelu or relu",
        "decoder_ffn_dim | 65 | its encoder_ffn_dim and decoder_ffn_dim differ",
        "d_model | null | its config.json lacks d_model"
      })
  void anotherKindOfModelIsRefused(String key, String value, String why) throws IOException {
    write(1);
    edit(key, value);

    assertThatThrownBy(this::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("%s is not a model folder of this kind: %s.", uri(), why);
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
    write(1);
    edit(key, value);

    if (why == null) {
      assertThatThrownBy(this::open)
          .hasMessage("model.decoder-layers is 0, but must be at least 1.");
    } else {
      assertThatThrownBy(() -> parameters(open()))
          .hasMessage(
              "%s/model.safetensors does not hold the parameters of its folder's model: %s.",
              uri(), why);
    }
  }

  private void edit(String key, String value) throws IOException {
    ObjectNode config = (ObjectNode) json("config.json");
    config.set(key, JSON.readTree(value));
    JSON.writeValue(model("config.json").toFile(), config);
  }

  private ModelFolder open() {
    return ModelFolder.open(path(), HADOOP);
  }

  private void write(long seed) {
    write(initial(seed));
  }

  private void write(FlatVector parameters) {
    ModelFolder.write(path(), HADOOP, new ModelFolder.Content(SPEC, parameters, TOKENIZER, "bart"));
  }

  private static HeapVector initial(long seed) {
    HeapVector vector = new HeapVector((int) ParameterLayout.of(SPEC).size());
    Initializer.initialise(SPEC, seed, vector);
    return vector;
  }

  private static float[] parameters(ModelFolder folder) {
    HeapVector vector = new HeapVector((int) ParameterLayout.of(folder.spec()).size());
    folder.readParameters(vector);
    return vector.values();
  }

  private JsonNode json(String name) throws IOException {
    return JSON.readTree(model(name).toFile());
  }

  private org.apache.hadoop.fs.Path path() {
    return new org.apache.hadoop.fs.Path(temporary.resolve("model").toString());
  }

  private String uri() {
    return "file:" + temporary.resolve("model");
  }

  private Path model(String name) {
    return temporary.resolve("model").resolve(name);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(temporary.resolve("model"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** Parameters that break off in the middle, as a full disk would. */
  private record Failing(HeapVector vector) implements FlatVector {
    @Override
    public long size() {
      return vector.size();
    }

    @Override
    public void read(long from, float[] into, int offset, int count) {
      if (from > 20_000) {
        throw new UncheckedIOException("the disk is full", new IOException());
      }
      vector.read(from, into, offset, count);
    }

    @Override
    public void write(long from, float[] values, int offset, int count) {
      vector.write(from, values, offset, count);
    }

    @Override
    public void scale(double factor) {
      vector.scale(factor);
    }
  }
}
