package org.palimpsest.tasks.finetuning;

import java.io.Serializable;
import java.util.List;
import org.palimpsest.storage.StoredFile;

/**
 * A file of pairs in groups that are read at once.
 *
 * @param file name, size and checksum
 * @param rows number of pairs
 * @param offsets where each group of {@link #GROUP} pairs begins, and at last the file's size
 */
record PairLane(StoredFile file, long rows, List<Long> offsets) implements Serializable {
  static final int GROUP = 256;

  PairLane {
    offsets = List.copyOf(offsets);
  }
}
