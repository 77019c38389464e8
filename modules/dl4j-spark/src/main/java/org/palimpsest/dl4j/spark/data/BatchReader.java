package org.palimpsest.dl4j.spark.data;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.Reason;

/**
 * Reads pieces by their numbers, in any order. At most {@value #OPEN_FILES} files are open; used by
 * one thread.
 */
public final class BatchReader implements AutoCloseable {
  private static final int OPEN_FILES = 32;

  private final ExportedBatches pieces;
  private final FileSystem files;
  private final long[] firsts;
  private final Map<Integer, BatchFile> open = new LinkedHashMap<>(OPEN_FILES, 0.75f, true);

  public BatchReader(ExportedBatches pieces, Configuration hadoop) {
    this.pieces = pieces;
    try {
      files = new Path(pieces.folder()).getFileSystem(hadoop);
    } catch (IOException e) {
      throw new PalimpsestException(
          Kind.INPUT,
          "The exported data in " + pieces.folder() + " cannot be reached: " + Reason.of(e) + ".",
          e);
    }
    firsts = new long[pieces.parts().size()];
    for (int i = 1; i < firsts.length; i++) {
      firsts[i] = firsts[i - 1] + pieces.parts().get(i - 1).count();
    }
  }

  public byte[] read(long number) {
    int found = Arrays.binarySearch(firsts, number);
    int part = found >= 0 ? found : -found - 2;
    return file(part).read(number - firsts[part]);
  }

  private BatchFile file(int part) {
    BatchFile file = open.get(part);
    if (file == null) {
      closeOldest();
      ExportedBatches.Part entry = pieces.parts().get(part);
      file = BatchFile.open(files, new Path(pieces.folder(), entry.name()), entry.bytes());
      open.put(part, file);
    }
    return file;
  }

  private void closeOldest() {
    if (open.size() >= OPEN_FILES) {
      var oldest = open.entrySet().iterator();
      oldest.next().getValue().close();
      oldest.remove();
    }
  }

  @Override
  public void close() {
    open.values().forEach(BatchFile::close);
    open.clear();
  }
}
