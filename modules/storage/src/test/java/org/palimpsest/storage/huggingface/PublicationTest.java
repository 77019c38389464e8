package org.palimpsest.storage.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.storage.huggingface.FolderForTests.BART;
import static org.palimpsest.storage.huggingface.FolderForTests.T5;
import static org.palimpsest.storage.huggingface.FolderForTests.initial;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.storage.bytes.ByteSource;

/** Folders that are ready for a hub. */
class PublicationTest {
  private static final long SMALL = 20_000;

  private FolderForTests folder;

  @BeforeEach
  void place(@TempDir Path temporary) {
    folder = new FolderForTests(temporary.resolve("model"));
  }

  @Test
  void largeWeightsLieInSeveralFiles() throws IOException {
    publish(T5, SMALL);

    JsonNode index = folder.json("model.safetensors.index.json");
    long files = folder.files().stream().filter(name -> name.matches("model-0.*")).count();
    assertThat(files).isGreaterThan(2);
    assertThat(folder.files())
        .contains("model-00001-of-%05d.safetensors".formatted(files))
        .doesNotContain("model.safetensors");
    assertThat(index.path("metadata").path("total_size").asLong())
        .isEqualTo(4L * initial(T5, 1).values().length);
    assertThat(index.path("weight_map").path("shared.weight").asText())
        .isEqualTo("model-00001-of-%05d.safetensors".formatted(files));
    assertThat(folder.parameters()).isEqualTo(initial(T5, 1).values());
  }

  @Test
  void everyFileIsSmallUnlessATensorIsLarge() throws IOException {
    publish(T5, SMALL);

    for (String name : folder.files()) {
      if (name.matches("model-0.*")) {
        ByteSource source = new ByteSource.Mapped(folder.file(name));
        try (TensorFile tensors = SafetensorsReader.open(source, name)) {
          long bytes = tensors.entries().stream().mapToLong(e -> e.end() - e.begin()).sum();
          assertThat(bytes <= SMALL || tensors.entries().size() == 1).as(name).isTrue();
        }
      }
    }
  }

  @Test
  void aShardThatChangedIsNoticed() throws IOException {
    publish(T5, SMALL);
    JsonNode map = folder.json("model.safetensors.index.json").path("weight_map");
    Path shard = folder.file(map.path("shared.weight").asText());
    byte[] bytes = Files.readAllBytes(shard);
    bytes[bytes.length - 1] ^= 1;
    Files.write(shard, bytes);

    assertThatThrownBy(folder::parameters).hasMessageContaining("is damaged or was replaced");
  }

  @Test
  void weightsOfAnotherNumberOfFilesDoNotStay() throws IOException {
    folder.write(T5, 7);
    publish(T5, SMALL);
    assertThat(folder.files()).doesNotContain("model.safetensors");
    assertThat(folder.parameters()).isEqualTo(initial(T5, 1).values());

    folder.write(T5, 7);
    assertThat(folder.files()).noneMatch(name -> name.matches("model-0.*|.*index.json"));
    assertThat(folder.parameters()).isEqualTo(initial(T5, 7).values());
  }

  @Test
  void weightsThatFitStayInOneFile() throws IOException {
    publish(BART, Publication.LARGEST_FILE);

    assertThat(folder.files())
        .containsExactlyInAnyOrder(
            "config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "generation_config.json",
            "palimpsest.json",
            "README.md");
  }

  @Test
  void theTokenizersFilesNameEveryToken() throws IOException {
    publish(BART, Publication.LARGEST_FILE);

    JsonNode added = folder.json("tokenizer_config.json").path("added_tokens_decoder");
    assertThat(added).hasSize(5);
    assertThat(added.path("4").path("content").asText()).isEqualTo("<mask>");
    assertThat(added.path("4").path("special").isBoolean()).isTrue();
    JsonNode special = folder.json("special_tokens_map.json");
    assertThat(special.path("mask_token").asText()).isEqualTo("<mask>");
    assertThat(special.path("eos_token").asText()).isEqualTo("</s>");
    assertThat(special.has("model_max_length")).isFalse();
  }

  /** The tokens of another tokenizer would contradict the new one's. */
  @Test
  void specialTokensOfTheOldModelDoNotStay() throws IOException {
    publish(BART, Publication.LARGEST_FILE);
    folder.write(BART, 7);

    assertThat(folder.files()).contains("README.md").doesNotContain("special_tokens_map.json");
  }

  @Test
  void aCardThatUsersFilledInStays() throws IOException {
    publish(BART, Publication.LARGEST_FILE);
    assertThat(folder.file("README.md")).hasContent("a card");
    Files.writeString(folder.file("README.md"), "license: mine");
    publish(BART, Publication.LARGEST_FILE);

    assertThat(folder.file("README.md")).hasContent("license: mine");
  }

  @Test
  void theCloneOfAnEmptyRepositoryTakesAModel() throws IOException {
    Files.createDirectories(folder.file(".git"));
    Files.writeString(folder.file(".gitattributes"), "*.safetensors filter=lfs");
    publish(BART, Publication.LARGEST_FILE);

    assertThat(folder.parameters()).isEqualTo(initial(BART, 1).values());
  }

  @Test
  void aFolderOfSomethingElseIsRefused() throws IOException {
    Files.createDirectories(folder.path());
    Files.writeString(folder.file("notes.txt"), "mine");

    assertThatThrownBy(() -> publish(BART, SMALL)).hasMessageContaining("holds something else");
  }

  private void publish(ModelSpec spec, long largest) {
    ModelFolder.write(
        folder.hadoopPath(),
        new Configuration(),
        new ModelFolder.Content(spec, initial(spec, 1), FolderForTests.TOKENIZER, "bart"),
        new Publication("a card", largest));
  }
}
