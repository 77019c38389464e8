package org.palimpsest.corpus.format;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Opens files of input. */
final class InputFile {
  private InputFile() {}

  /**
   * Opens a file. The names of Hadoop's own checksums have no colons, so a local file with one in
   * its name has no checksum.
   */
  static FSDataInputStream open(Path file, Configuration hadoop) throws IOException {
    FileSystem files = file.getFileSystem(hadoop);
    return files instanceof ChecksumFileSystem checked && file.getName().contains(":")
        ? checked.getRawFileSystem().open(file)
        : files.open(file);
  }
}
