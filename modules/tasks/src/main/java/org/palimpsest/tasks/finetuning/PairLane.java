package org.palimpsest.tasks.finetuning;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/**
 * A file of encoded pairs, read in groups of {@link #GROUP} pairs.
 *
 * @param file name, size and checksum
 * @param rows number of pairs
 * @param offsets offset of each group in bytes, and the size of the file at the end
 */
record PairLane(StoredFile file, long rows, List<Long> offsets) implements Serializable {
  /** Number of pairs in a group; the last group of a lane may be smaller. */
  static final int GROUP = 256;

  PairLane {
    if (file == null || offsets == null) {
      throw new IllegalArgumentException("a lane has no file or no offsets");
    }
    offsets = List.copyOf(offsets);
    if (rows < 0 || offsets.size() - 1L != (rows + GROUP - 1) / GROUP) {
      throw new IllegalArgumentException("a lane has another number of groups than pairs");
    }
  }

  /** Number of groups. */
  int groups() {
    return offsets.size() - 1;
  }

  /**
   * Reads a group of pairs.
   *
   * @throws PalimpsestException of kind INPUT if the file is missing or damaged
   */
  Pair[] read(StoredFolder folder, int group) {
    long from = offsets.get(group);
    long size = offsets.get(group + 1) - from;
    Path path = folder.resolve(file.name());
    try (FSDataInputStream in = folder.fileSystem().open(path)) {
      if (from < 0 || size < 0 || size > Math.min(file.size(), Integer.MAX_VALUE / 2)) {
        throw new IOException("a group of pairs has no place in the file");
      }
      byte[] bytes = new byte[(int) size];
      in.readFully(from, bytes);
      ByteArrayInputStream rest = new ByteArrayInputStream(bytes);
      Pair[] pairs = new Pair[(int) Math.min(GROUP, rows - (long) group * GROUP)];
      for (int i = 0; i < pairs.length; i++) {
        pairs[i] = Pair.read(rest);
      }
      return pairs;
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The encoded pairs in " + path + " are missing or damaged: start over with --fresh.",
          e);
    }
  }

  /** Writes the pairs of a lane, one after the other. */
  static final class Writer {
    private final List<Long> offsets = new ArrayList<>();
    private long rows;
    private long bytes;

    /** Appends {@code encoded} from {@code start} to its end, one encoded pair. */
    void append(OutputStream out, byte[] encoded, int start) throws IOException {
      if (rows % GROUP == 0) {
        offsets.add(bytes);
      }
      out.write(encoded, start, encoded.length - start);
      rows++;
      bytes += encoded.length - start;
    }

    /** Returns the lane, once its file is written. */
    PairLane lane(StoredFile file) {
      offsets.add(bytes);
      return new PairLane(file, rows, offsets);
    }
  }
}
