package org.palimpsest.storage.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.bytes.ByteSource;
import org.palimpsest.storage.pickle.BytesSource;
import org.palimpsest.storage.pickle.TorchArchive;

/** Reads what {@code torch.save} of PyTorch 2.15 wrote; {@code torch_files.py} made it. */
class TorchReaderTest {
  private static final Path FILES = Path.of("src/test/resources/torch");

  @Test
  void everyViewHasTheNumbersThatPyTorchSees() throws IOException {
    JsonNode expected = FolderForTests.JSON.readTree(FILES.resolve("views.json").toFile());

    try (TensorFile file = open("views.bin")) {
      for (Map.Entry<String, JsonNode> tensor : expected.properties()) {
        float[] values = values(file, tensor.getKey(), tensor.getValue().path("shape"));
        JsonNode seen = tensor.getValue().path("values");
        assertThat(values).as(tensor.getKey()).hasSize(seen.size());
        for (int k = 0; k < values.length; k++) {
          assertThat(values[k]).as(tensor.getKey()).isEqualTo((float) seen.get(k).asDouble());
        }
      }
    }
  }

  private static float[] values(TensorFile file, String name, JsonNode shape) throws IOException {
    TensorEntry entry = entry(file, name);
    assertThat(entry.shape()).as(name).hasSize(shape.size());
    for (int i = 0; i < shape.size(); i++) {
      assertThat(entry.shape().get(i)).as(name).isEqualTo(shape.get(i).asLong());
    }
    float[] values = new float[(int) entry.size()];
    file.read(entry, 0, values, values.length);
    return values;
  }

  private static TensorEntry entry(TensorFile file, String name) {
    return file.entries().stream().filter(e -> e.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void aPieceOfATransposedTensorIsRead() throws IOException {
    try (TensorFile file = open("views.bin")) {
      TensorEntry entry = entry(file, "transposed");
      float[] all = new float[12];
      float[] piece = new float[5];
      file.read(entry, 0, all, 12);
      file.read(entry, 4, piece, 5);

      assertThat(piece).containsExactly(all[4], all[5], all[6], all[7], all[8]);
    }
  }

  @ParameterizedTest
  @CsvSource({"long, I64", "int, I32", "short, I16", "char, I8", "byte, U8", "bool, BOOL"})
  void integersAreNoParameters(String name, String dtype) throws IOException {
    try (TensorFile file = open("views.bin")) {
      assertThatThrownBy(() -> file.read(entry(file, name), 0, new float[1], 1))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "views.bin holds %s as %s, but parameters must be F32, F64, F16 or BF16.",
              name, dtype);
    }
  }

  @Test
  void numbersMayBeBigEndian() throws IOException {
    byte[] archive =
        TorchArchive.ofTensors(
                TorchArchive.tensor("a", "FloatStorage", "0", 2, 0, new int[] {2}, new int[] {1}))
            .with("byteorder", "big".getBytes(StandardCharsets.UTF_8))
            .with("0", ByteOrder.BIG_ENDIAN, 1.5f, -2)
            .bytes();

    try (TensorFile file = TensorFile.open(new BytesSource(archive), "m.bin")) {
      float[] values = new float[2];
      file.read(file.entries().get(0), 0, values, 2);
      assertThat(values).containsExactly(1.5f, -2);
    }
  }

  @Test
  void oldFilesAreRefused() {
    assertThatThrownBy(() -> open("old.bin"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            "old.bin is a bare pickle, as PyTorch wrote it before version 1.6,");
  }

  private static TensorFile open(String name) throws IOException {
    return TensorFile.open(new ByteSource.Mapped(FILES.resolve(name)), name);
  }
}
