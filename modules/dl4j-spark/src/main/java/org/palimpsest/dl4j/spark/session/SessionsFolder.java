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
 * Where the courses of a master lie, numbered: in the directory that the program has named, or in
 * one that is made up, and deleted with the process.
 */
public final class SessionsFolder {
  private final MasterSettings settings;
  private final String madeUp;
  private final Function<SparkContext, String> usualBase;
  private Optional<StoredFolder> folder = Optional.empty();
  private int courses;

  /**
   * @param madeUp name of the folder where the program has named none
   * @param usualBase where Deeplearning4j exports to by default
   */
  public SessionsFolder(
      MasterSettings settings, String madeUp, Function<SparkContext, String> usualBase) {
    this.settings = settings;
    this.madeUp = madeUp;
    this.usualBase = usualBase;
  }

  /** The place of the next course, in which one may lie that an earlier program began. */
  public StoredFolder next(JavaSparkContext spark) {
    if (folder.isEmpty()) {
      folder = Optional.of(open(spark));
    }
    return folder.get().child(String.format("course-%05d", courses++));
  }

  private StoredFolder open(JavaSparkContext spark) {
    String base = settings.exportDirectory().orElseGet(() -> usualBase.apply(spark.sc()));
    Path path = new Path(settings.directory().orElse(base + "/" + madeUp));
    StoredFolder place = new StoredFolder(path, spark.hadoopConfiguration());
    if (settings.directory().isEmpty()) {
      deleteOnExit(place);
    }
    return place;
  }

  private static void deleteOnExit(StoredFolder place) {
    try {
      place.fileSystem().mkdirs(place.path());
      place.fileSystem().deleteOnExit(place.path());
    } catch (IOException e) {
      throw new PalimpsestException(
          Kind.INPUT,
          place.path() + " cannot be made (" + Reason.of(e) + "): name another exportDirectory.",
          e);
    }
  }

  /** Deletes everything; the next course makes the folder again. */
  public void delete() {
    folder.ifPresent(StoredFolder::delete);
    folder = Optional.empty();
  }
}
