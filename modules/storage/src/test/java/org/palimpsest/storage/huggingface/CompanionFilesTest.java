package org.palimpsest.storage.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.palimpsest.storage.huggingface.FolderForTests.BART;
import static org.palimpsest.storage.huggingface.FolderForTests.JSON;
import static org.palimpsest.storage.huggingface.FolderForTests.T5;
import static org.palimpsest.storage.huggingface.FolderForTests.initial;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What lies beside the weights: how texts are generated, what the tokens are for, the objective.
 */
class CompanionFilesTest {
  private static final Map<String, Object> OF_A_SUMMARIZER =
      Map.of(
          "forced_bos_token_id", 0,
          "max_length", 62,
          "num_beams", 4,
          "length_penalty", 2.5,
          "bad_words_ids", List.of(List.of(7), List.of(8, 9)));

  private FolderForTests folder;

  @BeforeEach
  void place(@TempDir Path temporary) {
    folder = new FolderForTests(temporary.resolve("model"));
  }

  @Test
  void theSettingsOfGenerationComeBack() throws IOException {
    write(OF_A_SUMMARIZER);

    assertThat(folder.open().generation()).containsAllEntriesOf(OF_A_SUMMARIZER);
    JsonNode file = folder.json("generation_config.json");
    assertThat(file.get("max_length").asInt()).isEqualTo(62);
    assertThat(file.has("max_new_tokens")).isFalse();
    assertThat(file.get("decoder_start_token_id").asInt()).isEqualTo(2);
  }

  @Test
  void aFolderWithoutAGenerationConfigHasWhatItsConfigSays() throws IOException {
    folder.write(BART, 3);
    Files.delete(folder.file("generation_config.json"));
    folder.edit("num_beams", "4");
    folder.edit("no_repeat_ngram_size", "3");

    assertThat(folder.open().generation())
        .containsEntry("num_beams", 4)
        .containsEntry("no_repeat_ngram_size", 3)
        .doesNotContainKey("d_model");
  }

  /** A longest length that counts the first token clashes with the one that users give. */
  @Test
  void aNewModelLimitsItsNewTokens() throws IOException {
    folder.write(BART, 3);

    JsonNode file = folder.json("generation_config.json");
    assertThat(file.get("max_new_tokens").asInt()).isEqualTo(127);
    assertThat(file.has("max_length")).isFalse();
  }

  @Test
  void theObjectiveOutlivesToolsThatDropOurFile() throws IOException {
    folder.write(BART, initial(BART, 3), "mass");
    Files.delete(folder.file("palimpsest.json"));

    assertThat(folder.open().objective()).isEqualTo("mass");
    assertThat(folder.open().statedObjective()).contains("mass");
  }

  @Test
  void aFolderThatSaysNothingStatesNoObjective() throws IOException {
    folder.write(T5, 3);
    Files.delete(folder.file("palimpsest.json"));
    folder.remove("palimpsest");

    assertThat(folder.open().statedObjective()).isEmpty();
    assertThat(folder.open().objective()).isEqualTo("t5");
  }

  @Test
  void sentinelsAreSpecialTokens() throws IOException {
    byte[] tokenizer =
        """
        {"added_tokens": [{"id": 1, "content": "<pad>", "special": true},
         {"id": 2, "content": "</s>", "special": true},
         {"id": 5, "content": "word", "special": false},
         {"id": 9, "content": "<extra_id_0>", "special": true}]}
        """
            .getBytes(StandardCharsets.UTF_8);

    JsonNode config = TokenizerConfig.of(BART, tokenizer).tree();

    assertThat(config.get("additional_special_tokens"))
        .isEqualTo(JSON.readTree("[\"<extra_id_0>\"]"));
  }

  @Test
  void theTokensOfBertAreNamedToo() {
    byte[] tokenizer =
        "{\"added_tokens\": [{\"id\": 4, \"content\": \"[MASK]\", \"special\": true}]}"
            .getBytes(StandardCharsets.UTF_8);

    assertThat(TokenizerConfig.of(BART, tokenizer).tree().get("mask_token").asText())
        .isEqualTo("[MASK]");
  }

  private void write(Map<String, Object> generation) {
    ModelFolder.write(
        folder.hadoopPath(),
        new Configuration(),
        new ModelFolder.Content(
            BART,
            initial(BART, 3),
            FolderForTests.TOKENIZER,
            "bart",
            generation,
            "",
            Optional.empty()));
  }
}
