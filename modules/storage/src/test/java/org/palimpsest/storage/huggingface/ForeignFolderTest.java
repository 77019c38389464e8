package org.palimpsest.storage.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.storage.huggingface.FolderForTests.BART;
import static org.palimpsest.storage.huggingface.FolderForTests.T5;
import static org.palimpsest.storage.huggingface.FolderForTests.initial;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.ModelSpec;

/** Folders as other tools leave them: read, or told apart. */
class ForeignFolderTest {
  private FolderForTests folder;

  @BeforeEach
  void place(@TempDir Path temporary) {
    folder = new FolderForTests(temporary.resolve("model"));
  }

  /** The tied copies that other tools write, one of them under its name alone. */
  @Test
  void aTiedCopyStandsForTheEmbedding() throws IOException {
    folder.write(T5, 3);
    rename("shared.weight", "lm_head.weight");
    assertThat(folder.parameters()).isEqualTo(initial(T5, 3).values());
    rename("lm_head.weight", "decoder.embed_tokens.weight");
    assertThat(folder.parameters()).isEqualTo(initial(T5, 3).values());
  }

  @Test
  void theBareBartModelLeavesThePrefixOut() throws IOException {
    folder.write(BART, 3);
    forget();
    rewrite(header -> header.replace("\"model.", "\""));

    assertThat(folder.parameters()).isEqualTo(initial(BART, 3).values());
  }

  @Test
  void weightsOfAnotherFrameworkAreNotRead() throws IOException {
    folder.write(T5, 3);
    Files.move(folder.file("model.safetensors"), folder.file("tf_model.h5"));

    assertThatThrownBy(folder::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s holds its weights as tf_model.h5 only, a format that needs its own framework: save"
                + " the model as safetensors (save_pretrained of transformers does) and give that"
                + " folder.",
            folder.uri());
    Files.delete(folder.file("tf_model.h5"));
    assertThatThrownBy(folder::open)
        .hasMessage("%s is a damaged model folder: it has no model.safetensors.", folder.uri());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "feed_forward_proj | \"gated-tanh\" | its feed_forward_proj is 'gated-tanh', not"
            + " gated-gelu, gated-relu, gated-silu, gelu, gelu_new, relu, silu",
        "tie_encoder_decoder | true | its tie_encoder_decoder is true, not false",
        "feed_forward_proj | \"gelu-gated\" | its feed_forward_proj is 'gelu-gated', not"
            + " gated-gelu, gated-relu, gated-silu, gelu, gelu_new, relu, silu",
        "dense_act_fn | \"tanh\" | its feed_forward_proj is 'relu' with dense_act_fn 'tanh' and"
            + " is_gated_act false, not gated-gelu, gated-relu, gated-silu, gelu, gelu_new, relu,"
            + " silu",
        "d_kv | null | its d_kv is null, not a whole number",
        "num_layers | 1.5 | its num_layers is 1.5, not a whole number",
        "num_layers | 1.0 | its num_layers is 1.0, not a whole number",
        "num_layers | 2000000000 | num_layers is 2000000000, but must be at least 1 and at most"
            + " 4096",
        "num_layers | -1 | num_layers is -1, but must be at least 1",
        "d_model | 99999999999 | its d_model is 99999999999, not a whole number",
        "eos_token_id | [2, 3] | its eos_token_id is [2,3], but must be one id",
        "eos_token_id | null | its eos_token_id is null, but this id is needed",
        "relative_attention_num_buckets | 3 | relative_attention_num_buckets is 3, but must be at"
            + " least 4",
        "relative_attention_max_distance | 16 | relative_attention_max_distance is 16, but must be"
            + " more than half of the 32 buckets: raise it",
        "eos_token_id | 300 | The end-of-text id 300 is outside the vocabulary of 300 entries:"
            + " use a tokenizer that has this token",
        "dropout_rate | \"much\" | its dropout_rate is \"much\", not a number",
        "dropout_rate | 7 | dropout_rate is 7.0, but must be at least 0 and below 1",
        "tie_word_embeddings | 1 | its tie_word_embeddings is 1, not true or false"
      })
  void anotherKindOfT5IsRefused(String key, String value, String why) throws IOException {
    folder.write(T5, 3);
    folder.edit(key, value);

    assertThatThrownBy(folder::open)
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.INPUT))
        .hasMessage("%s is not a model folder of this kind: %s.", folder.uri(), why);
  }

  /** Both keys overrule the third, as in transformers. */
  @ParameterizedTest
  @CsvSource({
    "dense_act_fn, '\"gelu_new\"', GELU_TANH",
    "dense_act_fn, '\"gelu\"', GELU",
    "is_gated_act, true, GATED_RELU",
    "feed_forward_proj, '\"gated-silu\"', GATED_SILU",
    "feed_forward_proj, '\"gated-gelu\"', GATED_GELU"
  })
  void theActivationIsThatOfTransformers(
      String key, String value, Architecture.Activation activation) throws IOException {
    folder.write(activation.isGated() ? with(activation) : T5, 3);
    folder.remove("dense_act_fn", "is_gated_act", "feed_forward_proj");
    folder.edit(key, value);

    assertThat(folder.open().spec().architecture().activation()).isEqualTo(activation);
  }

  private static ModelSpec with(Architecture.Activation activation) {
    Architecture t5 = T5.architecture();
    return T5.with(
        new Architecture(
            t5.norm(), t5.placement(), t5.positions(), activation, t5.features(), t5.epsilon()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "num_decoder_layers | 2 | it lacks decoder.block.1.layer.0.SelfAttention.q.weight",
        "d_ff | 65 | encoder.block.0.layer.1.DenseReluDense.wi.weight has the shape [64, 32] where"
            + " [65, 32] belongs",
        "feed_forward_proj | \"gated-gelu\" | it lacks"
            + " encoder.block.0.layer.1.DenseReluDense.wi_0.weight"
      })
  void weightsMustBeThoseOfTheConfig(String key, String value, String why) throws IOException {
    folder.write(T5, 3);
    folder.edit(key, value);

    assertThatThrownBy(folder::parameters)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s/model.safetensors does not hold the parameters of its folder's model: %s.",
            folder.uri(), why);
  }

  @Test
  void aConfigOfFarMoreParametersThanTheWeightsIsRefused() throws IOException {
    folder.write(T5, 3);
    folder.edit("d_ff", "16777216");
    assertThatThrownBy(folder::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageMatching(
            ".* is a damaged model folder: its config.json describes \\d{10} parameters, but its"
                + " weights have \\d{6} bytes\\.");
  }

  @Test
  void aLongConfigIsRefused() throws IOException {
    folder.write(T5, 3);
    Files.write(folder.file("config.json"), new byte[(1 << 22) + 1]);
    assertThatThrownBy(folder::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s is a damaged model folder: its config.json has more than 4194304 bytes.",
            folder.uri());
  }

  @Test
  void aMessageQuotesForeignTextInOneShortLine() throws IOException {
    folder.write(T5, 3);
    folder.edit("model_type", "\"" + "a\\n".repeat(1000) + "\"");
    assertThatThrownBy(folder::open)
        .hasMessage(
            "%s is not a model folder of this kind: its model_type is '%s…', not one of bart,"
                + " mbart, plbart, pegasus, marian, m2m_100, blenderbot, blenderbot-small, t5, mt5,"
                + " umt5.",
            folder.uri(), "a?".repeat(40));
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    folder.write(T5, 3);
    forget();
    try (RandomAccessFile weights =
        new RandomAccessFile(folder.file("model.safetensors").toFile(), "rw")) {
      weights.setLength(weights.length() - 1000);
    }

    assertThatThrownBy(folder::parameters)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            folder.uri()
                + "/model.safetensors is no whole safetensors file: its header speaks of ");
  }

  @Test
  void aHeaderOfTwoToTheSixtyBytesIsRefused() throws IOException {
    folder.write(T5, 3);
    forget();
    try (RandomAccessFile weights =
        new RandomAccessFile(folder.file("model.safetensors").toFile(), "rw")) {
      weights.seek(7);
      weights.write(0x10);
    }

    assertThatThrownBy(folder::parameters)
        .hasMessage(
            "%s/model.safetensors is no whole safetensors file: it does not begin with the length"
                + " of a header.",
            folder.uri());
  }

  private interface Edit {
    String apply(String header);
  }

  /** Changes the header of the weights, which must not become longer. */
  private void rewrite(Edit edit) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.file("model.safetensors"));
    int length = (bytes[0] & 0xFF) | (bytes[1] & 0xFF) << 8 | (bytes[2] & 0xFF) << 16;
    String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
    StringBuilder edited = new StringBuilder(edit.apply(header));
    while (edited.length() < length) {
      edited.append(' ');
    }
    System.arraycopy(edited.toString().getBytes(StandardCharsets.UTF_8), 0, bytes, 8, length);
    Files.write(folder.file("model.safetensors"), bytes);
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
    Files.deleteIfExists(folder.file("palimpsest.json"));
  }
}
