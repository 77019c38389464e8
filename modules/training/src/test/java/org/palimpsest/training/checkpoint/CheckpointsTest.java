package org.palimpsest.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.HeapVector;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.WorkerState.OwnVector;

class CheckpointsTest {
  @TempDir Path folder;
  private Checkpoints checkpoints;

  @BeforeEach
  void open() {
    checkpoints =
        new Checkpoints(new org.apache.hadoop.fs.Path(folder.toString()), new Configuration());
  }

  private static HeapVector vector(int size, float first) {
    HeapVector vector = new HeapVector(size);
    for (int i = 0; i < size; i++) {
      vector.values()[i] = first + i;
    }
    return vector;
  }

  private Checkpoint publish(long step, String unique) {
    StoredFolder target = checkpoints.folder(Checkpoints.folderName(step, unique));
    List<StoredFile> files =
        List.of(VectorFile.write(target, Checkpoint.PARAMETERS, vector(70_000, (float) step)));
    TrainingState beginning = TrainingState.beginning(3, "data");
    TrainingState state =
        beginning
            .at(
                new TrainingState.Layout(70_000, beginning.layoutVersion()),
                new TrainingState.Position(step, 1),
                new TrainingState.Counts(5, 6, 0, 0, 1.5, 77),
                1,
                false)
            .withWorkers(
                List.of(
                    new WorkerState(Map.of(OwnVector.MOMENTS, "optimizer-00000.bin"), step, 5)));
    return checkpoints.publish(target, state, files, 3);
  }

  @Test
  void readsBackAPublishedCheckpoint() {
    Checkpoint written = publish(12, "abc");
    Checkpoint read = checkpoints.newestValid(w -> {}).orElseThrow();
    assertThat(read.state()).isEqualTo(written.state());
    assertThat(read.files()).isEqualTo(written.files());
    assertThat(read.folder().path().getName()).isEqualTo("step-00000012-abc");
    HeapVector parameters = new HeapVector(70_000);
    read.readParameters(parameters);
    assertThat(parameters.values()).containsExactly(vector(70_000, 12).values());
  }

  @Test
  void writesParametersInLittleEndian() throws IOException {
    publish(1, "abc");
    byte[] bytes = Files.readAllBytes(folder.resolve("step-00000001-abc/parameters.bin"));
    assertThat(bytes).hasSize(280_000);
    assertThat(new byte[] {bytes[0], bytes[1], bytes[2], bytes[3]})
        .containsExactly(0, 0, (byte) 0x80, 0x3f);
  }

  @Test
  void newestHasTheMostStepsAndIsComplete() throws IOException {
    publish(100_000_000, "a");
    publish(9, "b");
    Files.createDirectories(folder.resolve("step-200000000-dead"));
    Files.createDirectories(folder.resolve("something else"));
    assertThat(checkpoints.newest().orElseThrow().step()).isEqualTo(100_000_000);
    assertThat(checkpoints.names()).hasSize(3);
  }

  @Test
  void detectsAFlippedBit() throws IOException {
    publish(1, "old");
    for (String name : List.of("parameters.bin", "state.json", "manifest.json")) {
      publish(2, "new");
      Path file = folder.resolve("step-00000002-new").resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 4;
      Files.write(file, bytes);
      List<String> warnings = new ArrayList<>();
      assertThat(checkpoints.newestValid(warnings::add).orElseThrow().step()).isEqualTo(1);
      assertThat(warnings).singleElement().asString().contains("damaged");
      checkpoints.folder("step-00000002-new").delete();
    }
  }

  @Test
  void refusesParametersOfAnotherModel() {
    Checkpoint checkpoint = publish(1, "abc");
    assertThatThrownBy(() -> checkpoint.readParameters(new HeapVector(5)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith(
            "parameters.bin holds 70000 numbers, but the model needs 5: use a checkpoint of this"
                + " model.");
  }

  @Test
  void readsTheWeightedMeanOfFiles() {
    StoredFolder target = checkpoints.folder("mean");
    StoredFile one = VectorFile.write(target, "one", vector(70_000, 0));
    StoredFile two = VectorFile.write(target, "two", vector(70_000, 8));
    HeapVector mean = new HeapVector(70_000);
    VectorFile.readMean(target, List.of(one, two), List.of(1.0, 3.0), mean);
    assertThat(mean.values()).containsExactly(vector(70_000, 6).values());
  }

  @Test
  void refusesAMissingFolder() {
    Checkpoints none =
        new Checkpoints(
            new org.apache.hadoop.fs.Path(folder.resolve("none").toString()), new Configuration());
    assertThat(none.newest()).isEmpty();
    assertThatThrownBy(() -> none.open("step-00000001-x"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("is not a checkpoint: it has no manifest.json");
  }
}
