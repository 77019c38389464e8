package org.palimpsest.corpus.store;

import java.io.Serializable;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.palimpsest.corpus.spark.HadoopSettings;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/**
 * Writes the files of one preparation from its tasks. Every attempt of a task writes its own file,
 * so retried and speculative attempts never overwrite each other; the manifest lists only the files
 * that successful tasks report.
 */
public final class AttemptFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String folder;
  private final HadoopSettings hadoop;
  private final String preparation = UUID.randomUUID().toString().substring(0, 8);

  /** Creates the files of a new preparation in a folder. */
  AttemptFiles(StoredFolder folder) {
    this.folder = folder.path().toString();
    this.hadoop = new HadoopSettings(folder.fileSystem().getConf());
  }

  /**
   * Writes a file from inside a task.
   *
   * @param name path relative to the folder, without the attempt and the suffix
   * @param suffix end of the name, such as {@code .parquet}
   */
  public StoredFile write(String name, String suffix, StoredFolder.Content content) {
    String attempt = preparation + "-" + TaskContext.get().taskAttemptId();
    return new StoredFolder(new Path(folder), hadoop.configuration())
        .write(name + "-" + attempt + suffix, content);
  }

  /** Returns whether an attempt of this preparation wrote a file. */
  boolean wrote(String name) {
    return name.contains("-" + preparation + "-");
  }
}
