package org.palimpsest.corpus.prepare;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.corpus.spark.HadoopSettings;
import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/**
 * The fingerprints of the texts in a corpus, from which an addition recognizes known texts: one
 * file per lane, 16 bytes per document, in the order of the lane.
 */
final class TextFingerprints {
  static final String SUFFIX = ".texts";

  private static final int BYTES = 16;

  /** More tasks per core do not read faster. */
  private static final int TASKS_PER_CORE = 4;

  private TextFingerprints() {}

  /** Writes fingerprints. */
  static final class Writer {
    private final DataOutputStream out;

    Writer(OutputStream out) {
      this.out = new DataOutputStream(out);
    }

    void add(ReadingId text) throws IOException {
      out.writeLong(text.high());
      out.writeLong(text.low());
    }
  }

  /** Reads the fingerprints in files of a corpus. */
  static JavaRDD<ReadingId> read(
      JavaSparkContext spark, StoredFolder folder, List<StoredFile> files) {
    String path = folder.path().toString();
    HadoopSettings hadoop = new HadoopSettings(spark.hadoopConfiguration());
    int tasks = Math.min(files.size(), TASKS_PER_CORE * spark.defaultParallelism());
    return spark
        .parallelize(files, tasks)
        .flatMap(
            file -> new Reader(new StoredFolder(new Path(path), hadoop.configuration()), file));
  }

  /** Reads one file. */
  private static final class Reader implements Iterator<ReadingId> {
    private final StoredFolder folder;
    private final StoredFile file;
    private final DataInputStream in;
    private long left;

    Reader(StoredFolder folder, StoredFile file) {
      this.folder = folder;
      this.file = file;
      in = new DataInputStream(new BufferedInputStream(folder.open(file.name()), 1 << 16));
      left = file.size() / BYTES;
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public ReadingId next() {
      if (!hasNext()) {
        throw new NoSuchElementException("all fingerprints are read");
      }
      try {
        ReadingId text = new ReadingId(in.readLong(), in.readLong());
        if (--left == 0) {
          in.close();
        }
        return text;
      } catch (IOException e) {
        throw new UncheckedIOException(folder.resolve(file.name()) + " cannot be read", e);
      }
    }
  }
}
