package org.palimpsest.storage.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.model.HeapVector;
import org.palimpsest.storage.FlakyFileSystem;
import org.palimpsest.storage.Troubles;
import org.palimpsest.storage.pickle.TorchArchive;

/** Folders of transformers whose weights {@code torch.save} wrote. */
class TorchFolderTest {
  private static final Path FILES = Path.of("src/test/resources/torch");

  @TempDir private Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void theParametersAreThoseOfTheSafetensors(String name) throws IOException {
    FolderForTests both = new FolderForTests(FILES.resolve(name).toAbsolutePath());

    FolderForTests torch = copy(name);

    assertThat(torch.files()).contains("config.json").doesNotContain("model.safetensors");
    assertThat(torch.parameters()).isEqualTo(both.parameters());
  }

  /** A distant file system has no files to map. */
  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void theParametersAreReadFromAnyFileSystem(String name) throws IOException {
    FolderForTests torch = copy(name);
    Configuration hadoop = new Configuration();
    Troubles unused =
        FlakyFileSystem.install(hadoop, Files.createDirectory(temporary.resolve("troubles")));

    ModelFolder distant =
        ModelFolder.open(new org.apache.hadoop.fs.Path("flaky:" + torch.path()), hadoop);
    HeapVector parameters = new HeapVector(torch.parameters().length);
    distant.readParameters(parameters);

    assertThat(parameters.values()).isEqualTo(torch.parameters());
  }

  @Test
  void anIndexNamesNoFileOfTheOtherFormat() throws IOException {
    FolderForTests folder = copy("t5");
    Files.writeString(
        folder.file("pytorch_model.bin.index.json"),
        "{\"weight_map\": {\"a\": \"x.safetensors\"}}");

    assertThatThrownBy(folder::open)
        .hasMessage(
            "%s is a damaged model folder: its pytorch_model.bin.index.json names a file"
                + " 'x.safetensors'.",
            folder.uri());
  }

  @Test
  void aFolderWhoseWeightsCouldRunCodeIsRefused() throws IOException {
    FolderForTests folder = copy("bart");
    Files.write(folder.file("pytorch_model.bin"), hostile());

    assertThatThrownBy(folder::open)
        .hasMessage(
            "%s/pytorch_model.bin is refused: it names the global os.system, which could run code;"
                + " save the model as safetensors (save_pretrained of transformers does) where you"
                + " trust this file.",
            folder.uri());
  }

  private static byte[] hostile() {
    return TorchArchive.of("\u0080\u0002cos\nsystem\n.").bytes();
  }

  private FolderForTests copy(String name) throws IOException {
    Path to = Files.createDirectory(temporary.resolve(name));
    try (Stream<Path> files = Files.list(FILES.resolve(name))) {
      for (Path file : files.toList()) {
        if (!file.endsWith("model.safetensors")) {
          Files.copy(file, to.resolve(file.getFileName()));
        }
      }
    }
    return new FolderForTests(to);
  }
}
