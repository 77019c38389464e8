package org.palimpsest.storage;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.palimpsest.base.Digests;

/** Writes a file to its end and to the disk, with its size and checksum. */
final class WholeFile {
  static final int BUFFER_BYTES = 1 << 16;

  private WholeFile() {}

  /** Creates a file, replacing one of that name. If it cannot be written, none is left. */
  static StoredFile write(
      SafeFileSystem files, Path file, String name, StoredFolder.Content content)
      throws IOException {
    FSDataOutputStream raw =
        files.create(
            file,
            true,
            BUFFER_BYTES,
            files.getDefaultReplication(file),
            files.getDefaultBlockSize(file),
            null);
    try {
      return write(raw, name, content);
    } catch (IOException | RuntimeException | Error e) {
      if (files.isLocal()) { // On an object store the file of that name is still the old one.
        deleteHalf(files, file, e);
      }
      throw e;
    }
  }

  /** Writes and closes an output; it is closed after a failure, too. */
  static StoredFile write(FSDataOutputStream raw, String name, StoredFolder.Content content)
      throws IOException {
    StoredFile file;
    try {
      file = digested(raw, name, content);
    } catch (IOException | RuntimeException | Error e) {
      closeAfter(e, raw);
      throw e;
    }
    raw.close();
    return file;
  }

  private static StoredFile digested(
      FSDataOutputStream raw, String name, StoredFolder.Content content) throws IOException {
    MessageDigest digest = Digests.sha256();
    OutputStream out = new BufferedOutputStream(new DigestOutputStream(raw, digest), BUFFER_BYTES);
    content.writeTo(out);
    out.flush();
    sync(raw);
    return new StoredFile(name, raw.getPos(), Digests.hex(digest.digest()));
  }

  /** Where the file system can: object stores have no file before it is closed. */
  private static void sync(FSDataOutputStream raw) throws IOException {
    if (raw.hasCapability(StreamCapabilities.HSYNC)) {
      raw.hsync();
    }
  }

  /**
   * Closing an object that is not complete would replace the old one by a part of it. HDFS throws
   * the same exception again on close, and Java does not let an exception suppress itself: a
   * try-with-resources statement would hide the failure.
   */
  private static void closeAfter(Throwable failure, FSDataOutputStream raw) {
    if (raw.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
      Abortable.AbortableResult unused = raw.abort();
    }
    try {
      raw.close();
    } catch (IOException e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }

  /** Deletes a file of which only a part was written. */
  static void deleteHalf(SafeFileSystem files, Path file, Throwable failure) {
    try {
      files.delete(file, false);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
