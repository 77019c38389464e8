package org.palimpsest.storage.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.storage.huggingface.FolderForTests.JSON;
import static org.palimpsest.storage.huggingface.FolderForTests.T5;
import static org.palimpsest.storage.huggingface.FolderForTests.T5_V1_1;
import static org.palimpsest.storage.huggingface.FolderForTests.initial;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;

/** Weights in several files, with an index of them. */
class ShardedFolderTest {
  private FolderForTests folder;

  @BeforeEach
  void place(@TempDir Path temporary) {
    folder = new FolderForTests(temporary.resolve("model"));
  }

  @Test
  void weightsMayLieInSeveralFiles() throws IOException {
    folder.write(T5_V1_1, 3);
    shard();

    assertThat(folder.parameters()).isEqualTo(initial(T5_V1_1, 3).values());
    Files.delete(folder.file("model-00002-of-00002.safetensors"));
    assertThatThrownBy(folder::open)
        .hasMessage(
            "%s is a damaged model folder: its model.safetensors.index.json names"
                + " model-00002-of-00002.safetensors, which is not there.",
            folder.uri());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"weight_map\": {\"a\": \"../secret.safetensors\"}} | names a file"
            + " '../secret.safetensors'",
        "{\"weight_map\": {\"a\": \"weights.bin\"}} | names a file 'weights.bin'",
        "{} | names no file",
        "[] | is not a JSON object",
        "{ | is not JSON",
        "{\"weight_map\": {\"a\": {}}} | has a tensor without a file"
      })
  void anIndexDoesNotLeadElsewhere(String index, String why) throws IOException {
    folder.write(T5, 3);
    Files.delete(folder.file("model.safetensors"));
    Files.writeString(folder.file("model.safetensors.index.json"), index);

    assertThatThrownBy(folder::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s is a damaged model folder: its model.safetensors.index.json %s.",
            folder.uri(), why);
  }

  @Test
  void anIndexOfTooManyFilesIsRefused() throws IOException {
    folder.write(T5, 3);
    Files.delete(folder.file("model.safetensors"));
    ObjectNode index = JSON.createObjectNode();
    ObjectNode map = index.putObject("weight_map");
    for (int i = 0; i <= 1000; i++) {
      map.put("t" + i, i + ".safetensors");
    }
    JSON.writeValue(folder.file("model.safetensors.index.json").toFile(), index);
    assertThatThrownBy(folder::open)
        .hasMessageEndingWith("its model.safetensors.index.json names more than 1000 files.");
  }

  @Test
  void twoFilesCannotHoldTheSameTensor() throws IOException {
    folder.write(T5, 3);
    shard();
    Files.copy(
        folder.file("model-00001-of-00002.safetensors"),
        folder.file("model-00003-of-00002.safetensors"));
    ObjectNode index = (ObjectNode) folder.json("model.safetensors.index.json");
    index.withObject("/weight_map").put("x", "model-00003-of-00002.safetensors");
    JSON.writeValue(folder.file("model.safetensors.index.json").toFile(), index);

    assertThatThrownBy(folder::parameters)
        .hasMessageContaining("model.safetensors.index.json does not hold")
        .hasMessageMatching(".*: it has the tensor .* twice\\.");
  }

  /** Cuts the weights in two, each a file of its own, as large models are stored. */
  private void shard() throws IOException {
    List<TensorEntry> entries = folder.entries();
    byte[] whole = Files.readAllBytes(folder.file("model.safetensors"));
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
      try (OutputStream out = Files.newOutputStream(folder.file(name))) {
        byte[] json = JSON.writeValueAsBytes(header);
        byte[] length = new byte[8];
        length[0] = (byte) json.length;
        length[1] = (byte) (json.length >> 8);
        out.write(length);
        out.write(json);
        body.writeTo(out);
      }
    }
    Files.delete(folder.file("model.safetensors"));
    JSON.writeValue(folder.file("model.safetensors.index.json").toFile(), index);
  }
}
