package org.palimpsest.storage.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.palimpsest.storage.huggingface.FolderForTests.BART;
import static org.palimpsest.storage.huggingface.FolderForTests.initial;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;

/** What becomes of a folder that a model is written to, also when the writing fails. */
class ModelReplacementTest {
  private FolderForTests folder;

  @BeforeEach
  void place(@TempDir Path temporary) {
    folder = new FolderForTests(temporary.resolve("model"));
  }

  @Test
  void aNewModelReplacesTheOldOneAndNothingElse() throws IOException {
    folder.write(BART, 1);
    Files.writeString(folder.file("README.md"), "mine");
    folder.write(BART, 2);

    assertThat(folder.parameters()).isEqualTo(initial(BART, 2).values());
    assertThat(folder.files()).hasSize(7).contains("README.md");
  }

  @Test
  void anExportThatFailsLeavesTheOldModelWhole() throws IOException {
    folder.write(BART, 1);

    assertThatThrownBy(() -> folder.write(BART, new Failing(initial(BART, 2))))
        .hasMessage("the disk is full");

    assertThat(folder.parameters()).isEqualTo(initial(BART, 1).values());
    assertThat(folder.files()).hasSize(6);
  }

  @Test
  void aFirstExportThatFailsLeavesNothing() throws IOException {
    assertThatThrownBy(() -> folder.write(BART, new Failing(initial(BART, 2))))
        .hasMessage("the disk is full");

    assertThat(folder.files()).isEmpty();
    folder.write(BART, 1);
    assertThat(folder.parameters()).isEqualTo(initial(BART, 1).values());
  }

  @Test
  void anInterruptedReplacementIsNoModelAndMayBeWrittenAgain() throws IOException {
    folder.write(BART, 1);
    Files.delete(folder.file("config.json"));
    Files.writeString(folder.file("config.json.unfinished-1234"), "{");

    assertThatThrownBy(folder::open)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s is an unfinished model folder: writing it was interrupted, write it again.",
            folder.uri());
    folder.write(BART, 2);
    assertThat(folder.parameters()).isEqualTo(initial(BART, 2).values());
  }

  @Test
  void whatIsNoModelIsNotOverwritten() throws IOException {
    Files.createDirectories(folder.path());
    Files.writeString(folder.file("thesis.tex"), "years of work");
    Files.writeString(folder.file("config.json"), "{\"editor\": \"vi\"}");

    assertThatThrownBy(() -> folder.write(BART, 1))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "%s holds something else than a model, which will not be overwritten: choose another"
                + " folder, or empty it.",
            folder.uri());
    assertThat(folder.files()).containsExactlyInAnyOrder("thesis.tex", "config.json");
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Files.writeString(folder.path(), "a file");

    assertThatThrownBy(() -> folder.write(BART, 1))
        .hasMessage("%s is a file: choose a folder for the model.", folder.uri());
    assertThatThrownBy(folder::open).isInstanceOf(PalimpsestException.class);
  }

  @Test
  void aTokenizerThatIsNoneIsRefusedBeforeAnythingIsWritten() throws IOException {
    byte[] text = "hello".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(
            () ->
                ModelFolder.write(
                    folder.hadoopPath(),
                    new Configuration(),
                    new ModelFolder.Content(BART, initial(BART, 1), text, "bart")))
        .hasMessage("The tokenizer is no tokenizer.json of Hugging Face: it is not a JSON object.");
    assertThat(folder.path()).doesNotExist();
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
