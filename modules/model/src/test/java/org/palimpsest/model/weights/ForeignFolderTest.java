package org.palimpsest.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.model.Architecture;
import org.palimpsest.model.Architecture.Feature;
import org.palimpsest.model.DropoutRates;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.Initialisation;
import org.palimpsest.model.Initializer;
import org.palimpsest.model.ModelPreset;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.ParameterLayout;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.Vocabulary;

/** Models of all kinds come back bit by bit, and damaged or foreign folders are told apart. */
class ForeignFolderTest {
  private static final Vocabulary VOCABULARY = Vocabulary.standard(300, 100);
  private static final Configuration HADOOP = new Configuration();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] TOKENIZER = "{\"added_tokens\": []}".getBytes(StandardCharsets.UTF_8);

  /** T5 with a tied head and ReLU, on few layers of unequal number. */
  private static final ModelSpec T5 = ModelPreset.T5_TINY.spec(VOCABULARY).with(Architecture.T5);

  private static final ModelSpec T5_V1_1 = ModelPreset.T5_TINY.spec(VOCABULARY);

  @TempDir Path temporary;

  enum Kind {
    BART,
    SCALED_BART,
    T5,
    T5_V1_1
  }

  private static ModelSpec spec(Kind kind) {
    return switch (kind) {
      case BART -> ModelPreset.TINY.spec(VOCABULARY);
      case SCALED_BART -> scaledBart();
      case T5 -> T5;
      case T5_V1_1 -> T5_V1_1;
    };
  }

  /** As MASS for translation has it: ReLU, embeddings times the root of the width. */
  private static ModelSpec scaledBart() {
    EnumSet<Feature> features = EnumSet.copyOf(Architecture.BART.features());
    features.add(Feature.EMBEDDING_SCALE);
    Architecture bart = Architecture.BART;
    return spec(Kind.BART)
        .with(
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
    write(spec);

    assertThat(open().spec()).isEqualTo(spec);
    assertThat(parameters()).isEqualTo(initial(spec).values());
  }

  @ParameterizedTest
  @CsvSource({"BART", "T5"})
  void theThreeRatesOfDropoutComeBack(Kind kind) {
    DropoutRates rates = new DropoutRates(0.1, 0.05, 0);
    write(spec(kind).with(rates));

    assertThat(open().spec().dropouts()).isEqualTo(rates);
  }

  @Test
  void aT5OfOneRateDropsWithItEverywhere() throws IOException {
    write(T5);
    edit("dropout_rate", "0.2");

    assertThat(open().spec().dropouts()).isEqualTo(new DropoutRates(0.2, 0.2, 0.2));
  }

  @Test
  void aT5IsCalledWhatHuggingFaceCallsIt() throws IOException {
    write(T5);

    assertThat(json("config.json"))
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
                 "decoder_start_token_id": 2}
                """));
    assertThat(names())
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
    write(T5_V1_1);

    assertThat(json("config.json").get("feed_forward_proj").asText()).isEqualTo("gated-gelu");
    assertThat(json("config.json").get("tie_word_embeddings").asBoolean()).isFalse();
    assertThat(names())
        .contains(
            "decoder.block.0.layer.2.DenseReluDense.wi_0.weight",
            "decoder.block.0.layer.2.DenseReluDense.wi_1.weight",
            "lm_head.weight");
    assertThat(open().objective()).isEqualTo("t5");
  }

  @Test
  void whatNoClassOfHuggingFaceIsCannotBeExported() {
    ModelSpec hybrid = ModelPreset.TINY.spec(VOCABULARY).with(Initialisation.T5.PUBLISHED);
    Architecture bart = Architecture.BART;
    Architecture preNorm =
        new Architecture(
            bart.norm(),
            Architecture.Placement.PRE,
            bart.positions(),
            bart.activation(),
            bart.features(),
            bart.epsilon());

    assertThatThrownBy(() -> write(hybrid.with(preNorm)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "No model class of Hugging Face has this architecture: bart has not norms before its"
                + " sub-layers, t5 has not LayerNorm; train one of them to export it.");
    assertThat(temporary.resolve("model")).doesNotExist();
  }

  @Test
  void weightsMayLieInSeveralFiles() throws IOException {
    write(T5_V1_1);
    shard();

    assertThat(parameters()).isEqualTo(initial(T5_V1_1).values());
    Files.delete(file("model-00002-of-00002.safetensors"));
    assertThatThrownBy(this::open)
        .hasMessage(
            "%s is a damaged model folder: its model.safetensors.index.json names"
                + " model-00002-of-00002.safetensors, which is not there.",
            uri());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"weight_map\": {\"a\": \"../secret.safetensors\"}} | names a file"
            + " '../secret.safetensors'",
        "{\"weight_map\": {\"a\": \"weights.bin\"}} | names a file 'weights.bin'",
        "{} | names no file"
      })
  void anIndexDoesNotLeadElsewhere(String index, String why) throws IOException {
    write(T5);
    Files.delete(file("model.safetensors"));
    Files.writeString(file("model.safetensors.index.json"), index);

    assertThatThrownBy(this::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s is a damaged model folder: its model.safetensors.index.json %s.", uri(), why);
  }

  @Test
  void twoFilesCannotHoldTheSameTensor() throws IOException {
    write(T5);
    shard();
    Files.copy(file("model-00001-of-00002.safetensors"), file("model-00003-of-00002.safetensors"));
    ObjectNode index = (ObjectNode) json("model.safetensors.index.json");
    index.withObject("/weight_map").put("x", "model-00003-of-00002.safetensors");
    JSON.writeValue(file("model.safetensors.index.json").toFile(), index);

    assertThatThrownBy(this::parameters)
        .hasMessageContaining("model.safetensors.index.json does not hold")
        .hasMessageMatching(".*: it has the tensor .* twice\\.");
  }

  /** The tied copies that other tools write, one of them under its name alone. */
  @Test
  void aTiedCopyStandsForTheEmbedding() throws IOException {
    write(T5);
    rename("shared.weight", "lm_head.weight");
    assertThat(parameters()).isEqualTo(initial(T5).values());
    rename("lm_head.weight", "decoder.embed_tokens.weight");
    assertThat(parameters()).isEqualTo(initial(T5).values());
  }

  @Test
  void theBareBartModelLeavesThePrefixOut() throws IOException {
    write(spec(Kind.BART));
    forget();
    rewrite(header -> header.replace("\"model.", "\""));

    assertThat(parameters()).isEqualTo(initial(spec(Kind.BART)).values());
  }

  @Test
  void aPickleIsNotRead() throws IOException {
    write(T5);
    Files.move(file("model.safetensors"), file("pytorch_model.bin"));

    assertThatThrownBy(this::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s holds its weights as pytorch_model.bin only, a format that can run code or needs"
                + " its own framework: save the model as safetensors (save_pretrained of"
                + " transformers does) and give that folder.",
            uri());
    Files.delete(file("pytorch_model.bin"));
    assertThatThrownBy(this::open)
        .hasMessage("%s is a damaged model folder: it has no model.safetensors.", uri());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "feed_forward_proj | \"gated-silu\" | its feed_forward_proj is 'gated-silu', not relu or"
            + " gated-gelu",
        "tie_encoder_decoder | true | its tie_encoder_decoder is true, not false",
        "d_kv | null | its config.json lacks d_kv",
        "num_layers | 1.5 | its config.json lacks num_layers"
      })
  void anotherKindOfT5IsRefused(String key, String value, String why) throws IOException {
    write(T5);
    edit(key, value);

    assertThatThrownBy(this::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("%s is not a model folder of this kind: %s.", uri(), why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "num_decoder_layers | 2 | it lacks decoder.block.1.layer.0.SelfAttention.q.weight",
        "d_ff | 65 | encoder.block.0.layer.1.DenseReluDense.wi.weight has the shape [64, 32] where"
            + " [65, 32] belongs",
        "scale_decoder_outputs | false | it lacks lm_head.weight",
        "feed_forward_proj | \"gated-gelu\" | it lacks"
            + " encoder.block.0.layer.1.DenseReluDense.wi_0.weight"
      })
  void weightsMustBeThoseOfTheConfig(String key, String value, String why) throws IOException {
    write(T5);
    edit(key, value);

    assertThatThrownBy(this::parameters)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s/model.safetensors does not hold the parameters of its folder's model: %s.",
            uri(), why);
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    write(T5);
    forget();
    try (RandomAccessFile weights =
        new RandomAccessFile(file("model.safetensors").toFile(), "rw")) {
      weights.setLength(weights.length() - 1000);
    }

    assertThatThrownBy(this::parameters)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            uri() + "/model.safetensors is no whole safetensors file: its header speaks of ");
  }

  @Test
  void aHeaderOfTwoToTheSixtyBytesIsRefused() throws IOException {
    write(T5);
    forget();
    try (RandomAccessFile weights =
        new RandomAccessFile(file("model.safetensors").toFile(), "rw")) {
      weights.seek(7);
      weights.write(0x10);
    }

    assertThatThrownBy(this::parameters)
        .hasMessage(
            "%s/model.safetensors is no whole safetensors file: it does not begin with the length"
                + " of a header.",
            uri());
  }

  private interface Edit {
    String apply(String header);
  }

  /** Changes the header of the weights, which must not become longer. */
  private void rewrite(Edit edit) throws IOException {
    byte[] bytes = Files.readAllBytes(file("model.safetensors"));
    int length = (bytes[0] & 0xFF) | (bytes[1] & 0xFF) << 8 | (bytes[2] & 0xFF) << 16;
    String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
    StringBuilder edited = new StringBuilder(edit.apply(header));
    while (edited.length() < length) {
      edited.append(' ');
    }
    System.arraycopy(edited.toString().getBytes(StandardCharsets.UTF_8), 0, bytes, 8, length);
    Files.write(file("model.safetensors"), bytes);
  }

  private void rename(String from, String to) throws IOException {
    forget();
    rewrite(
        header ->
            header
                .stripTrailing()
                .replace("\"" + from + "\"", "\"" + to + "\"")
                .replace("{\"__metadata__\":{\"format\":\"pt\"},", "{"));
  }

  /** Without checksums, as other tools leave a folder. */
  private void forget() throws IOException {
    Files.deleteIfExists(file("palimpsest.json"));
  }

  /** Cuts the weights in two, each a file of its own, as large models are stored. */
  private void shard() throws IOException {
    List<TensorEntry> entries = entries();
    byte[] whole = Files.readAllBytes(file("model.safetensors"));
    long data = whole.length - entries.stream().mapToLong(e -> e.end() - e.begin()).sum();
    ObjectNode index = JSON.createObjectNode();
    ObjectNode map = index.putObject("weight_map");
    for (int shard = 1; shard <= 2; shard++) {
      String name = "model-0000" + shard + "-of-00002.safetensors";
      ObjectNode header = JSON.createObjectNode();
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (TensorEntry entry : entries) {
        if (entry.name().hashCode() % 2 == 0 == (shard == 2)) {
          int size = (int) (entry.end() - entry.begin());
          ObjectNode node = header.putObject(entry.name()).put("dtype", "F32");
          entry.shape().forEach(node.putArray("shape")::add);
          node.putArray("data_offsets").add(body.size()).add(body.size() + size);
          body.write(whole, (int) (data + entry.begin()), size);
          map.put(entry.name(), name);
        }
      }
      try (OutputStream out = Files.newOutputStream(file(name))) {
        byte[] json = JSON.writeValueAsBytes(header);
        byte[] length = new byte[8];
        length[0] = (byte) json.length;
        length[1] = (byte) (json.length >> 8);
        out.write(length);
        out.write(json);
        body.writeTo(out);
      }
    }
    Files.delete(file("model.safetensors"));
    JSON.writeValue(file("model.safetensors.index.json").toFile(), index);
  }

  private List<TensorEntry> entries() throws IOException {
    ByteSource source = new ByteSource.Mapped(file("model.safetensors"));
    try (SafetensorsReader reader = SafetensorsReader.open(source, "weights")) {
      return reader.entries();
    }
  }

  private List<String> names() throws IOException {
    List<TensorEntry> entries = new ArrayList<>(entries());
    entries.sort(Comparator.comparingLong(TensorEntry::begin));
    return entries.stream().map(TensorEntry::name).toList();
  }

  private void edit(String key, String value) throws IOException {
    ObjectNode config = (ObjectNode) json("config.json");
    config.set(key, JSON.readTree(value));
    JSON.writeValue(file("config.json").toFile(), config);
  }

  private void write(ModelSpec spec) {
    ModelFolder.write(
        path(), HADOOP, new ModelFolder.Content(spec, initial(spec), TOKENIZER, "t5"));
  }

  private ModelFolder open() {
    return ModelFolder.open(path(), HADOOP);
  }

  private float[] parameters() {
    ModelFolder folder = open();
    HeapVector vector = new HeapVector((int) ParameterLayout.of(folder.spec()).size());
    folder.readParameters(vector);
    return vector.values();
  }

  private static HeapVector initial(ModelSpec spec) {
    HeapVector vector = new HeapVector((int) ParameterLayout.of(spec).size());
    Initializer.initialise(spec, 3, vector);
    return vector;
  }

  private JsonNode json(String name) throws IOException {
    return JSON.readTree(file(name).toFile());
  }

  private org.apache.hadoop.fs.Path path() {
    return new org.apache.hadoop.fs.Path(temporary.resolve("model").toString());
  }

  private String uri() {
    return "file:" + temporary.resolve("model");
  }

  private Path file(String name) {
    return temporary.resolve("model").resolve(name);
  }
}
