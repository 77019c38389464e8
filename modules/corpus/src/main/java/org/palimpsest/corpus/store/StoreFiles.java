package org.palimpsest.corpus.store;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.palimpsest.storage.StoredFolder;

/** The files in the places of a data set, whether its manifest lists them or not. */
final class StoreFiles {
  private final StoredFolder folder;
  private final StoreFormat.Places places;

  StoreFiles(StoredFolder folder, StoreFormat.Places places) {
    this.folder = folder;
    this.places = places;
  }

  /**
   * A file.
   *
   * @param name path relative to the folder of the data set
   * @param modifiedMs when it was written, by the clock of the file system
   */
  record Found(String name, long modifiedMs) {}

  /** Returns whether a preparation wrote a file that only the manifest makes useful. */
  boolean isWorthlessOf(AttemptFiles preparation, Found file) {
    return preparation.wrote(file.name()) && !places.lists().matcher(file.name()).matches();
  }

  List<Found> all() {
    List<Found> found = new ArrayList<>();
    for (FileStatus file : folder.files()) {
      String name = file.getPath().getName();
      if (file.isFile() && places.besideManifest().matcher(name).matches()) {
        found.add(new Found(name, file.getModificationTime()));
      }
    }
    for (String inside : places.folders()) {
      for (FileStatus file : folder.child(inside).files()) {
        found.add(new Found(inside + "/" + file.getPath().getName(), file.getModificationTime()));
      }
    }
    return found;
  }
}
