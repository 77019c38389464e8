package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;

class StoredFolderTest {
  @TempDir Path temporary;

  @Test
  void aPublishedManifestComesBack() {
    ObjectNode manifest = manifest();
    folder().publish(manifest);

    assertThat(folder().hasManifest()).isTrue();
    assertThat(folder().manifest("corpus")).isEqualTo(manifest());
  }

  @Test
  void aManifestIsReplacedByAWholeOneAndNothingElseStays() throws IOException {
    folder().publish(manifest());
    folder().publish(manifest().put("later", true));

    assertThat(folder().manifest("corpus")).isEqualTo(manifest().put("later", true));
    assertThat(file("manifest.json").getParent().toFile().list()).containsExactly("manifest.json");
  }

  @Test
  void withoutAManifestThereIsNothing() {
    folder().writeJson("part.json", Map.of("a", 1));

    assertThat(folder().hasManifest()).isFalse();
    assertThatThrownBy(() -> folder().manifest("corpus"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("%s is not a corpus: it has no manifest.json (or was not finished).", uri());
  }

  @Test
  void aTruncatedManifestIsDamaged() throws IOException {
    folder().publish(manifest());
    byte[] whole = Files.readAllBytes(file("manifest.json"));
    for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1}) {
      Files.write(file("manifest.json"), Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> folder().manifest("checkpoint"))
          .as("%s bytes", length)
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("damaged")
          .hasMessageContaining("manifest");
    }
  }

  @Test
  void anEditedManifestIsDamaged() throws IOException {
    folder().publish(manifest());
    String text = Files.readString(file("manifest.json"));
    Files.writeString(file("manifest.json"), text.replace("12", "13"));

    assertThatThrownBy(() -> folder().manifest("checkpoint"))
        .hasMessage(
            "The manifest of the checkpoint %s is damaged: its checksum does not match.", uri());
  }

  @Test
  void aFileIsWhatWasWritten() {
    StoredFile file = folder().write("data.bin", out -> out.write(new byte[100_000]));

    assertThat(file.size()).isEqualTo(100_000);
    folder().verify(file);
  }

  @Test
  void aFlippedBitACutAndALossAreNoticed() throws IOException {
    StoredFile file = folder().write("data.bin", out -> out.write(new byte[100]));
    byte[] flipped = new byte[100];
    flipped[50] = 1;

    for (byte[] damage : new byte[][] {flipped, new byte[99], new byte[101]}) {
      Files.write(file("data.bin"), damage);
      assertThatThrownBy(() -> folder().verify(file))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "%s/data.bin is damaged: its size or checksum differs from the manifest.", uri());
    }
    Files.delete(file("data.bin"));
    assertThatThrownBy(() -> folder().verify(file))
        .hasMessage("%s/data.bin cannot be read: it does not exist.", uri());
  }

  @Test
  void nothingLiesBesideTheFiles() throws IOException {
    folder().writeJson("a.json", Map.of());

    try (var files = Files.list(temporary.resolve("folder"))) {
      assertThat(files).containsExactly(file("a.json"));
    }
  }

  @Test
  void aDeletedFolderIsGone() {
    folder().publish(manifest());
    folder().delete();

    assertThat(temporary.resolve("folder")).doesNotExist();
  }

  @Test
  void anUnknownFileSystemIsNamed() {
    assertThatThrownBy(
            () ->
                new StoredFolder(
                    new org.apache.hadoop.fs.Path("nowhere://x/y"), new Configuration()))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The file system of nowhere://x/y cannot be reached: No FileSystem for scheme"
                + " \"nowhere\".");
  }

  private StoredFolder folder() {
    return new StoredFolder(
        new org.apache.hadoop.fs.Path(temporary.resolve("folder").toString()), new Configuration());
  }

  private Path file(String name) {
    return temporary.resolve("folder").resolve(name);
  }

  private String uri() {
    return "file:" + temporary.resolve("folder");
  }

  private static ObjectNode manifest() {
    return new ObjectMapper().createObjectNode().put("step", 12).put("name", "α");
  }
}
