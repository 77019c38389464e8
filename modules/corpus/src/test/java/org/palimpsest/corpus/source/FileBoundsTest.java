package org.palimpsest.corpus.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;

/** The driver's share of a preparation: the list of the files and of their splits. */
class FileBoundsTest {
  private static final long GIB = 1L << 30;

  @Test
  void aListThatFitsIntoTheHeapIsAccepted() {
    assertThatCode(() -> FileSource.requireHeap(262_144, GIB)).doesNotThrowAnyException();
  }

  @Test
  void aListThatDoesNotFitIntoTheHeapIsRefused() {
    assertThatThrownBy(() -> FileSource.requireHeap(10_000_000, GIB))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The input has 10,000,000 files, but a driver with a heap of 1,024 MiB lists at most"
                + " 262,144: give it 39,063 MiB (--driver-memory), join small files, or prepare the"
                + " input in parts (prepare --add).");
  }

  /** Bytes stored, bytes for two tasks per core, and the length of a split. */
  @ParameterizedTest
  @CsvSource({
    "1000, 500, 1048576",
    "1000000000, 20000000, 20000000",
    "1000000000000, 1000000000, 67108864",
    "1000000000000000, 1000000000, 7629394532"
  })
  void thereAreAtMostAsManySplitsAsTasks(long stored, long perTask, long split) {
    assertThat(FileSource.splitBytes(stored, perTask)).isEqualTo(split);
  }
}
