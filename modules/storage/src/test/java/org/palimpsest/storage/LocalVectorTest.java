package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;

/** Vectors in local files. */
class LocalVectorTest {
  private static final long BEYOND_INT = 3_000_000_000L;

  @TempDir Path folder;

  @Test
  void aNewVectorIsZero() throws IOException {
    try (LocalVector vector = LocalVector.create(5, folder)) {
      assertThat(vector.toArray()).containsExactly(0, 0, 0, 0, 0);
    }
  }

  @Test
  void anEmptyVectorHasNoNumbers() throws IOException {
    try (LocalVector vector = LocalVector.create(0, folder)) {
      assertThat(vector.toArray()).isEmpty();
    }
  }

  @Test
  void numbersBeyondTwoToThe31HaveTheirPlace() throws IOException {
    try (LocalVector vector = LocalVector.create(BEYOND_INT, folder)) { // A sparse file of 12 GB.
      vector.write(BEYOND_INT - 2, new float[] {1, 2, 3}, 1, 2);

      float[] last = new float[3];
      vector.read(BEYOND_INT - 3, last, 0, 3);

      assertThat(last).containsExactly(0, 2, 3);
    }
  }

  @Test
  void aReadLongerThanAChunkIsWhole() throws IOException {
    float[] values = new float[2 * FlatVector.CHUNK + 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    try (LocalVector vector = LocalVector.copy(new HeapVector(values), folder)) {
      assertThat(vector.toArray()).isEqualTo(values);
    }
  }

  @Test
  void aClosedVectorLeavesNoFile() throws IOException {
    LocalVector.create(5, folder).close();

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void aFolderThatCannotTakeACopyIsNamed() {
    Path missing = folder.resolve("missing");

    assertThatThrownBy(() -> LocalVector.copies(Map.of("a", new HeapVector(2)), missing))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("A copy of a replica cannot be written to " + missing)
        .hasMessageEndingWith("): set spark.local.dir to a larger disk.");
  }
}
