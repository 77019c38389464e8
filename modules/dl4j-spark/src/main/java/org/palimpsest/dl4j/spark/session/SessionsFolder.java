package org.palimpsest.dl4j.spark.session;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFolder;

/**
 * The numbered folders of a master's sessions: in the directory that the program has set, or in a
 * temporary one that is deleted at the end of the process.
 */
public final class SessionsFolder {
  private final MasterSettings settings;
  private final String temporaryName;
  private final Function<SparkContext, String> usualBase;
  private Optional<StoredFolder> root = Optional.empty();
  private int sessions;

  /**
   * The folder of a master.
   *
   * @param temporaryName name of the folder when the program has set none
   * @param usualBase default export directory of Deeplearning4j
   */
  public SessionsFolder(
      MasterSettings settings, String temporaryName, Function<SparkContext, String> usualBase) {
    this.settings = settings;
    this.temporaryName = temporaryName;
    this.usualBase = usualBase;
  }

  /** The folder of the next session, which may hold a session of an earlier program. */
  public StoredFolder next(JavaSparkContext spark) {
    if (root.isEmpty()) {
      root = Optional.of(open(spark));
    }
    return root.get().child(String.format("course-%05d", sessions++));
  }

  private StoredFolder open(JavaSparkContext spark) {
    String base = settings.folders().exportDirectory().orElseGet(() -> usualBase.apply(spark.sc()));
    Path path = new Path(settings.folders().directory().orElse(base + "/" + temporaryName));
    StoredFolder folder = new StoredFolder(path, spark.hadoopConfiguration());
    if (settings.folders().directory().isEmpty()) {
      deleteOnExit(folder);
    }
    return folder;
  }

  private static void deleteOnExit(StoredFolder folder) {
    try {
      folder.fileSystem().mkdirs(folder.path());
      folder.fileSystem().deleteOnExit(folder.path());
    } catch (IOException e) {
      throw new PalimpsestException(
          Kind.INPUT,
          folder.path() + " cannot be created (" + Reason.of(e) + "): set another exportDirectory.",
          e);
    }
  }

  /** Deletes all sessions; the next session creates the folder again. */
  public void delete() {
    root.ifPresent(StoredFolder::delete);
    root = Optional.empty();
  }
}
