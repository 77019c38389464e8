package org.palimpsest.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/** Replaces one file by another atomically: a reader sees either the old or the new one. */
final class AtomicRename {
  private static final String LOCAL = "file";

  /** On other file systems, object stores, a rename is a copy, but overwriting a file is atomic. */
  private static final Set<String> SCHEMES = Set.of(LOCAL, "hdfs", "webhdfs", "abfs", "abfss");

  private AtomicRename() {}

  static boolean isPossible(FileSystem files) {
    return SCHEMES.contains(files.getUri().getScheme());
  }

  /** Renames {@code next} to {@code old}, which it replaces. */
  static void replace(FileSystem files, Path next, Path old) throws IOException {
    if (files.getUri().getScheme().equals(LOCAL)) {
      // Hadoop's rename would delete the old file first.
      Files.move(
          local(next),
          local(old),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } else {
      FileContext.getFileContext(files.getUri(), files.getConf())
          .rename(next, old, Options.Rename.OVERWRITE);
    }
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }
}
