package org.palimpsest.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.Digests;
import org.palimpsest.base.PalimpsestException;

/**
 * A folder that is valid only with its manifest. The manifest is written last and contains a
 * checksum of its own content, so a writer that dies at any moment leaves no folder that looks
 * complete.
 */
public final class StoredFolder {
  /** Name of the manifest inside the folder. */
  public static final String MANIFEST = "manifest.json";

  private static final int BUFFER_BYTES = 1 << 16;

  /** Writes manifests and other small files. */
  static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path path;
  private final FileSystem files;

  /** A folder that may or may not exist yet. */
  public StoredFolder(Path path, Configuration hadoop) {
    try {
      this.files = withoutSidecars(path.getFileSystem(hadoop));
      this.path = files.makeQualified(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The file system of " + path + " cannot be reached: " + Reason.of(e) + ".",
          e);
    }
  }

  /**
   * Hadoop's local file system keeps a hidden checksum file for each file, which doubles the number
   * of files and makes edited files unreadable; the manifest already has checksums.
   */
  private static FileSystem withoutSidecars(FileSystem files) {
    return files instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : files;
  }

  /** The content of a file. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  public Path path() {
    return path;
  }

  public FileSystem fileSystem() {
    return files;
  }

  /** The folder {@code name} inside this one. */
  public StoredFolder child(String name) {
    return new StoredFolder(new Path(path, name), files.getConf());
  }

  public Path resolve(String name) {
    return new Path(path, name);
  }

  public boolean exists(String name) {
    try {
      return files.exists(resolve(name));
    } catch (IOException e) {
      throw failed("accessed", name, e);
    }
  }

  /** Whether a manifest exists; it may still be damaged. */
  public boolean hasManifest() {
    return exists(MANIFEST);
  }

  /** Writes a file, replacing one of that name, and returns its size and checksum. */
  public StoredFile write(String name, Content content) {
    try {
      FSDataOutputStream raw = create(resolve(name));
      StoredFile file;
      try {
        file = write(raw, name, content);
      } catch (IOException | RuntimeException e) {
        closeAfter(e, raw);
        throw e;
      }
      raw.close();
      return file;
    } catch (IOException e) {
      throw failed("written", name, e);
    }
  }

  private static StoredFile write(FSDataOutputStream raw, String name, Content content)
      throws IOException {
    MessageDigest digest = Digests.sha256();
    OutputStream out = new BufferedOutputStream(new DigestOutputStream(raw, digest), BUFFER_BYTES);
    content.writeTo(out);
    out.flush();
    raw.hflush();
    return new StoredFile(name, raw.getPos(), Digests.hex(digest.digest()));
  }

  /**
   * HDFS throws the same exception again on close, and Java does not let an exception suppress
   * itself: a try-with-resources statement would hide the failure.
   */
  private static void closeAfter(Exception failure, FSDataOutputStream raw) {
    try {
      raw.close();
    } catch (IOException e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }

  /**
   * Hadoop's shorter methods set permissions, for which its local file system starts a process per
   * file.
   */
  private FSDataOutputStream create(Path file) throws IOException {
    return files.create(
        file,
        true,
        BUFFER_BYTES,
        files.getDefaultReplication(file),
        files.getDefaultBlockSize(file),
        null);
  }

  /**
   * Writes a small file that does not exist yet. Of several concurrent writers one succeeds, on
   * file systems with exclusive creation: local ones and HDFS.
   *
   * @return false if there is a file of that name
   */
  public boolean writeNew(String name, byte[] content) {
    try {
      files.mkdirs(path);
      return ExclusiveFile.create(files, resolve(name), content);
    } catch (IOException e) {
      throw failed("written", name, e);
    }
  }

  /** The entries of this folder; empty if it does not exist. */
  public List<FileStatus> files() {
    try {
      return List.of(files.listStatus(path));
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw failed("listed", "", e);
    }
  }

  /** Removes a file if it exists. */
  public void remove(String name) {
    try {
      files.delete(resolve(name), false);
    } catch (IOException e) {
      throw failed("deleted", name, e);
    }
  }

  /** Writes JSON, indented. */
  public StoredFile writeJson(String name, Object value) {
    return write(name, out -> out.write(JSON.writeValueAsBytes(value)));
  }

  /** Opens a file for reading. */
  public InputStream open(String name) {
    try {
      return files.open(resolve(name));
    } catch (IOException e) {
      throw failed("read", name, e);
    }
  }

  /** Reads a small file. */
  public byte[] readAll(String name) {
    try (InputStream in = open(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw failed("read", name, e);
    }
  }

  public JsonNode readJson(String name) {
    try {
      return JSON.readTree(readAll(name));
    } catch (IOException e) {
      throw PalimpsestException.input(resolve(name) + " is not JSON: it is damaged.");
    }
  }

  /**
   * Reads a file to its end and compares size and checksum.
   *
   * @throws PalimpsestException of kind INPUT that names the file if they differ
   */
  public void verify(StoredFile file) {
    MessageDigest digest = Digests.sha256();
    long size = 0;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = new DigestInputStream(open(file.name()), digest)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        size += n;
      }
    } catch (IOException e) {
      throw failed("read", file.name(), e);
    }
    String found = Digests.hex(digest.digest());
    if (size != file.size() || !found.equals(file.sha256())) {
      throw PalimpsestException.input(
          resolve(file.name()) + " is damaged: its size or checksum differs from the manifest.");
    }
  }

  /**
   * Makes the folder valid: writes the manifest with its checksum. Always the last step. An
   * existing manifest stays until the new one is complete, and is then replaced atomically.
   */
  public void publish(ObjectNode manifest) {
    new ManifestFile(this).publish(manifest);
  }

  /**
   * Reads the manifest.
   *
   * @param what kind of folder is expected, for the message: "corpus", "checkpoint"
   * @throws PalimpsestException of kind INPUT if there is none or it is damaged
   */
  public ObjectNode manifest(String what) {
    return new ManifestFile(this).require(what);
  }

  /** Removes the manifest first and then the rest, so a reader never sees a partial folder. */
  public void delete() {
    try {
      files.delete(resolve(MANIFEST), false);
      files.delete(path, true);
    } catch (IOException e) {
      throw failed("deleted", "", e);
    }
  }

  /**
   * A failure of an operation on a file of this folder; {@code what} is a participle, such as
   * "written".
   */
  PalimpsestException failed(String what, String name, IOException cause) {
    String why = cause instanceof FileNotFoundException ? "it does not exist" : Reason.of(cause);
    Path file = name.isEmpty() ? path : resolve(name);
    return new PalimpsestException(
        PalimpsestException.Kind.INPUT, file + " cannot be " + what + ": " + why + ".", cause);
  }
}
