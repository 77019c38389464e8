package org.palimpsest.storage.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.storage.huggingface.FolderForTests.BART;
import static org.palimpsest.storage.huggingface.FolderForTests.T5;
import static org.palimpsest.storage.huggingface.FolderForTests.T5_V1_1;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.model.spec.SpecialTokens;
import org.palimpsest.model.spec.TensorSpec;
import org.palimpsest.objective.Vocabulary;

/** Whether the head is the embedding: what the weights say counts, not only the config. */
class TiedFolderTest {
  private static final String HEAD = "lm_head.weight";
  private FolderForTests folder;

  @BeforeEach
  void place(@TempDir Path temporary) {
    folder = new FolderForTests(temporary.resolve("model"));
  }

  @Test
  void aT5WithAnotherHeadIsUntiedThoughItsConfigSaysOtherwise() throws IOException {
    folder.write(T5, 3);
    folder.addEmbedding(T5, HEAD, 0.5f);

    ModelSpec read = folder.open().spec();

    assertThat(read.architecture().features()).containsExactly(Feature.HEAD_SCALE);
    assertThat(head(read)).isNotEqualTo(embedding(read));
  }

  @Test
  void aBartWithAnotherHeadIsUntiedThoughItsConfigSaysOtherwise() throws IOException {
    folder.write(BART, 3);
    folder.addEmbedding(BART, HEAD, 0.5f);

    ModelSpec read = folder.open().spec();

    assertThat(read.has(Feature.TIED_HEAD)).isFalse();
    assertThat(head(read)).isNotEqualTo(embedding(read));
  }

  @ParameterizedTest
  @CsvSource({"lm_head.weight", "decoder.embed_tokens.weight"})
  void anEqualCopyIsTied(String copy) throws IOException {
    folder.write(T5, 3);
    folder.addEmbedding(T5, copy, 0);

    assertThat(folder.open().spec()).isEqualTo(T5);
  }

  @Test
  void aStackOfBartWithItsOwnEmbeddingIsRefused() throws IOException {
    folder.write(BART, 3);
    folder.addEmbedding(BART, "model.decoder.embed_tokens.weight", 0.5f);

    assertThatThrownBy(folder::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s is not a model folder of this kind: its model.decoder.embed_tokens.weight differs"
                + " from model.shared.weight, but here both stacks have one token embedding.",
            folder.uri());
  }

  @Test
  void aStackOfT5WithItsOwnEmbeddingIsRefused() throws IOException {
    folder.write(T5, 3);
    folder.addEmbedding(T5, "encoder.embed_tokens.weight", 0.5f);

    assertThatThrownBy(folder::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("its encoder.embed_tokens.weight differs from shared.weight");
  }

  /** As a configuration with tie_word_embeddings=False is in newer versions. */
  @Test
  void aTiedHeadWithoutScaleComesBack() throws IOException {
    ModelSpec unscaled = T5.with(with(T5.architecture(), Set.of(Feature.TIED_HEAD)));
    folder.write(unscaled, 3);

    assertThat(folder.open().spec()).isEqualTo(unscaled);
    assertThat(folder.json("config.json").get("tie_word_embeddings").asBoolean()).isFalse();
    assertThat(folder.entries()).extracting(TensorEntry::name).contains(HEAD);
  }

  @Test
  void anUntiedHeadWithScaleComesBack() {
    ModelSpec scaled = T5.with(with(T5.architecture(), Set.of(Feature.HEAD_SCALE)));
    folder.write(scaled, 3);

    assertThat(folder.open().spec()).isEqualTo(scaled);
  }

  @Test
  void anUntiedBartHoldsItsEmbeddingForEachStack() throws IOException {
    ModelSpec untied =
        BART.with(
            with(
                BART.architecture(),
                Set.of(Feature.BIASES, Feature.ATTENTION_SCALE, Feature.EMBEDDING_NORM)));
    folder.write(untied, 3);

    assertThat(folder.open().spec()).isEqualTo(untied);
    assertThat(folder.entries())
        .extracting(TensorEntry::name)
        .contains(HEAD, "model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight");
    assertThat(folder.json("config.json").get("tie_word_embeddings").asBoolean()).isFalse();
  }

  @Test
  void aBartThatIsNotTiedNeedsAHead() throws IOException {
    folder.write(BART, 3);
    folder.edit("tie_word_embeddings", "false");

    assertThatThrownBy(folder::parameters)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith("its folder's model: it lacks lm_head.weight.");
  }

  /** Newer versions of transformers save this flag as true, whatever the head is. */
  @Test
  void theFlagOfTiesSaysOnlyWhetherAT5IsScaled() throws IOException {
    folder.write(T5_V1_1, 3);
    folder.edit("tie_word_embeddings", "true");
    assertThat(folder.open().spec()).isEqualTo(T5_V1_1);

    folder.remove("scale_decoder_outputs");
    assertThat(folder.open().spec().architecture().features()).containsExactly(Feature.HEAD_SCALE);
  }

  @Test
  void anMt5UnderTheNameOfT5IsRefusedUnlessItSaysThatItDoesNotScale() throws IOException {
    folder.write(T5_V1_1, 3);
    folder.edit("architectures", "[\"MT5ForConditionalGeneration\"]");
    folder.edit("tie_word_embeddings", "true");
    assertThat(folder.open().spec()).isEqualTo(T5_V1_1);

    folder.remove("scale_decoder_outputs");
    assertThatThrownBy(folder::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s is not a model folder of this kind: its architectures name"
                + " MT5ForConditionalGeneration, which does not scale its head, but its model_type"
                + " t5 does: add scale_decoder_outputs false.",
            folder.uri());
  }

  @Test
  void aT5WithoutIdsHasThoseOfItsClass() throws IOException {
    folder.write(T5, 3);
    folder.remove("bos_token_id", "pad_token_id", "eos_token_id", "decoder_start_token_id");
    assertThat(folder.open().spec().tokens())
        .isEqualTo(new SpecialTokens(Vocabulary.NONE, 0, 1, 0));
  }

  @Test
  void aBartWithoutIdsHasThoseOfItsClass() throws IOException {
    folder.write(BART, 3);
    folder.remove("bos_token_id", "pad_token_id", "eos_token_id", "decoder_start_token_id");
    assertThat(folder.open().spec().tokens()).isEqualTo(new SpecialTokens(0, 1, 2, 2));
  }

  @Test
  void aListOfOneIdIsThatId() throws IOException {
    folder.write(BART, 3);
    folder.edit("eos_token_id", "[2]");
    assertThat(folder.open().spec()).isEqualTo(BART);
  }

  @ParameterizedTest
  @CsvSource({"4", "7", "34"})
  void bucketsOfAnyNumberAreRead(int buckets) throws IOException {
    folder.write(T5, 3);
    folder.edit("relative_attention_num_buckets", Integer.toString(buckets));
    assertThat(folder.open().spec().architecture().positions())
        .hasFieldOrPropertyWithValue("buckets", buckets);
  }

  @Test
  void theKeysOfTheFeedForwardOverruleItsName() throws IOException {
    folder.write(T5_V1_1, 3);
    folder.edit("feed_forward_proj", "\"relu\"");
    folder.edit("dense_act_fn", "\"gelu_new\"");
    folder.edit("is_gated_act", "true");
    assertThat(folder.open().spec()).isEqualTo(T5_V1_1);
  }

  private float[] embedding(ModelSpec spec) {
    return tensor(spec, ParameterLayout.EMBEDDING);
  }

  private float[] head(ModelSpec spec) {
    return tensor(spec, ParameterLayout.UNTIED_HEAD);
  }

  private float[] tensor(ModelSpec spec, String name) {
    TensorSpec tensor = ParameterLayout.of(spec).tensor(name);
    return Arrays.copyOfRange(folder.parameters(), (int) tensor.offset(), (int) tensor.end());
  }

  private static Architecture with(Architecture base, Set<Feature> features) {
    return new Architecture(
        base.norm(),
        base.placement(),
        base.positions(),
        base.activation(),
        features,
        base.epsilon());
  }
}
