package org.palimpsest.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;

/**
 * A folder that is valid only with its manifest. The manifest is written last and contains a
 * checksum of its own content, so a writer that dies at any moment leaves no folder that looks
 * complete.
 *
 * <p>Exceptions are of kind INPUT, but of kind CLUSTER if no space is left. One with a {@link
 * DamageException} proves that stored bytes are damaged; others prove nothing.
 */
public final class StoredFolder {
  /** Name of the manifest inside the folder. */
  public static final String MANIFEST = "manifest.json";

  private static final String NEXT = ".next";

  /** Writes manifests and other small files. */
  static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path path;
  private final SafeFileSystem files;

  /** A folder that may or may not exist yet. */
  public StoredFolder(Path path, Configuration hadoop) {
    try {
      this.files = new SafeFileSystem(path.getFileSystem(hadoop));
      this.path = files.makeQualified(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The file system of " + path + " cannot be reached: " + Reason.of(e) + ".",
          e);
    }
  }

  private StoredFolder(Path path, SafeFileSystem files) {
    this.path = path;
    this.files = files;
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
    return new StoredFolder(resolve(name), files);
  }

  public Path resolve(String name) {
    return name.isEmpty() ? path : new Path(path, name);
  }

  /**
   * Whether a file or folder of that name exists.
   *
   * @throws PalimpsestException if this cannot be determined, for example because of a missing
   *     permission
   */
  public boolean exists(String name) {
    try {
      return Absence.isFound(files, resolve(name));
    } catch (IOException e) {
      throw failed("accessed", name, e);
    }
  }

  /** Whether a manifest exists; it may still be damaged. */
  public boolean hasManifest() {
    return exists(MANIFEST);
  }

  /**
   * Writes a file to the disk, replacing one of that name, and returns its size and checksum. A
   * reader may see a part of it: see {@link #replace}.
   */
  public StoredFile write(String name, Content content) {
    try {
      return WholeFile.write(files, resolve(name), name, content);
    } catch (IOException e) {
      throw failed("written", name, e);
    }
  }

  /**
   * As {@link #write}, and reads the file back.
   *
   * @throws PalimpsestException of kind CLUSTER if other bytes come back; another attempt may help
   */
  public StoredFile writeVerified(String name, Content content) {
    StoredFile file = write(name, content);
    try {
      verify(file);
      return file;
    } catch (PalimpsestException e) {
      throw DamageException.isProvenBy(e) ? FileFailure.notStored(resolve(name), e) : e;
    }
  }

  /** Writes JSON, indented. */
  public StoredFile writeJson(String name, Object value) {
    return write(name, out -> out.write(JSON.writeValueAsBytes(value)));
  }

  /**
   * Writes a file that others may be reading: at every moment they see the old file or the new one,
   * whole. Where the file system does not overwrite a file at once, as object stores do, the new
   * one is written beside it and renamed.
   */
  public StoredFile replace(String name, Content content) {
    try {
      if (files.overwritesAtOnce(path)) {
        return WholeFile.write(files, resolve(name), name, content);
      }
      String next = name + NEXT;
      StoredFile written = WholeFile.write(files, resolve(next), name, content);
      files.replace(resolve(next), resolve(name));
      return written;
    } catch (IOException e) {
      throw failed("written", name, e);
    }
  }

  /** As {@link #replace}, for JSON. */
  public StoredFile replaceJson(String name, Object value) {
    return replace(name, out -> out.write(JSON.writeValueAsBytes(value)));
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

  /**
   * Writes the names of the files to the disk, if it is a local one; their content is there when
   * they are written.
   */
  public void sync() {
    try {
      if (files.isLocal()) {
        LocalDisk.syncFolders(path);
      }
    } catch (IOException e) {
      throw failed("written", "", e);
    }
  }

  /**
   * The entries of this folder; empty if it does not exist.
   *
   * @throws PalimpsestException if this cannot be determined, for example because of a missing
   *     permission
   */
  public List<FileStatus> files() {
    try {
      return Absence.list(files, path);
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
      throw DamageException.report(resolve(name) + " is not JSON: it is damaged.");
    }
  }

  /**
   * Reads a file to its end and compares size and checksum.
   *
   * @throws PalimpsestException that names the file if they differ or it is missing, with a {@link
   *     DamageException}; or if it cannot be read
   */
  public void verify(StoredFile file) {
    try (InputStream in = files.open(resolve(file.name()))) {
      if (!file.matches(in)) {
        throw DamageException.report(
            resolve(file.name()) + " is damaged: its size or checksum differs from the manifest.");
      }
    } catch (IOException e) {
      PalimpsestException failure = failed("read", file.name(), e);
      throw failure.getCause() instanceof FileNotFoundException
          ? DamageException.report(failure.getMessage())
          : failure;
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

  /**
   * Reads the manifest of some versions of a format.
   *
   * @param field that holds the version
   * @throws PalimpsestException of kind INPUT if there is none, it has another version, or it is
   *     damaged. Another version is no damage, whatever its checksum
   */
  public ObjectNode manifest(String what, String field, List<Integer> versions) {
    return new ManifestFile(this).require(what, field, versions);
  }

  /** Removes the manifest first and then the rest, so a reader never sees a partial folder. */
  public void delete() {
    try {
      files.delete(resolve(MANIFEST), false);
      if (Absence.isFound(files, resolve(MANIFEST))) {
        throw new IOException("the file system did not delete its manifest");
      }
      files.delete(path, true);
    } catch (IOException e) {
      throw failed("deleted", "", e);
    }
  }

  /** A failure of an operation; {@code what} is a participle, such as "written". */
  PalimpsestException failed(String what, String name, IOException cause) {
    return FileFailure.of(files, resolve(name), what, cause);
  }
}
