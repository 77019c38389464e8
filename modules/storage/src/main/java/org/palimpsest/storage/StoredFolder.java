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
 * A folder that exists for its readers only through its manifest. The manifest is written last and
 * carries a checksum of itself, so that a writer that dies at any moment leaves nothing that could
 * be taken for whole.
 */
public final class StoredFolder {
  /** Name of the manifest inside the folder. */
  public static final String MANIFEST = "manifest.json";

  private static final int BUFFER_BYTES = 1 << 16;

  /** How manifests and other small files are written. */
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
   * Hadoop's local file system keeps a hidden checksum beside each file, which doubles their number
   * and makes a file unreadable that the user has edited; the manifest has checksums of its own.
   */
  private static FileSystem withoutSidecars(FileSystem files) {
    return files instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : files;
  }

  /** What is written into a file. */
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
      throw failed("looked at", name, e);
    }
  }

  /** Whether a manifest is there; reading it may still show that it is damaged. */
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
   * HDFS throws the very exception again that has ended the writing, and Java refuses to suppress
   * one by itself: a try with resources would hide the failure.
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
   * Hadoop's shorter methods name permissions, for which its local file system starts a process a
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
   * Writes a small file that is not there yet. Of several that try, one succeeds, on file systems
   * that create files exclusively: local ones, HDFS.
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

  /** What lies directly in this folder; nothing if it does not exist. */
  public List<FileStatus> files() {
    try {
      return List.of(files.listStatus(path));
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw failed("listed", "", e);
    }
  }

  /** Removes a file, if it is there. */
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

  /** Reads a small file whole. */
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
   * @throws PalimpsestException of kind INPUT that names the file if it is not what was written
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
          resolve(file.name())
              + " is damaged: its size or checksum differs from what the manifest says.");
    }
  }

  /**
   * Makes the folder valid: writes the manifest with a checksum of itself. Always the last step.
   * One that is there stays until the new one is whole, and is then replaced at once.
   */
  public void publish(ObjectNode manifest) {
    new ManifestFile(this).publish(manifest);
  }

  /**
   * Reads the manifest.
   *
   * @param what what the folder should be, for the message: "corpus", "checkpoint"
   * @throws PalimpsestException of kind INPUT if there is none or it is damaged
   */
  public ObjectNode manifest(String what) {
    return new ManifestFile(this).require(what);
  }

  /** Removes the manifest first, then everything else; a reader never sees half a folder. */
  public void delete() {
    try {
      files.delete(resolve(MANIFEST), false);
      files.delete(path, true);
    } catch (IOException e) {
      throw failed("deleted", "", e);
    }
  }

  /** What could not be done with a file of this folder ("written"), and why. */
  PalimpsestException failed(String what, String name, IOException cause) {
    String why = cause instanceof FileNotFoundException ? "it does not exist" : Reason.of(cause);
    Path file = name.isEmpty() ? path : resolve(name);
    return new PalimpsestException(
        PalimpsestException.Kind.INPUT, file + " cannot be " + what + ": " + why + ".", cause);
  }
}
