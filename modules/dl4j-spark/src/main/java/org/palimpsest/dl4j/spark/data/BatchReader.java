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
 * Reads batches by their numbers, in any order. At most {@value #OPEN_FILES} files are open; used
 * by one thread.
 */
public final class BatchReader implements AutoCloseable {
  private static final int OPEN_FILES = 32;

  private final ExportedBatches batches;
  private final FileSystem fileSystem;
  private final long[] firsts;
  private final Map<Integer, BatchFile> open = new LinkedHashMap<>(OPEN_FILES, 0.75f, true);

  public BatchReader(ExportedBatches batches, Configuration hadoop) {
    this.batches = batches;
    try {
      fileSystem = new Path(batches.folder()).getFileSystem(hadoop);
    } catch (IOException e) {
      throw new PalimpsestException(
          Kind.INPUT,
          "The exported data in "
              + batches.folder()
              + " are not readable ("
              + Reason.of(e)
              + "): check the folder and its file system.",
          e);
    }
    firsts = new long[batches.files().size()];
    for (int i = 1; i < firsts.length; i++) {
      firsts[i] = firsts[i - 1] + batches.files().get(i - 1).count();
    }
  }

  public byte[] read(long number) {
    int found = Arrays.binarySearch(firsts, number);
    int index = found >= 0 ? found : -found - 2;
    return file(index).read(number - firsts[index]);
  }

  private BatchFile file(int index) {
    BatchFile file = open.get(index);
    if (file == null) {
      closeOldest();
      ExportedBatches.Entry entry = batches.files().get(index);
      file = BatchFile.open(fileSystem, new Path(batches.folder(), entry.name()), entry.bytes());
      open.put(index, file);
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
