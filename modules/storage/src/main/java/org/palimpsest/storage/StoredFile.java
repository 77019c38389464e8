package org.palimpsest.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.palimpsest.base.Digests;

/**
 * A file as a manifest names it. A manifest may come from anywhere, so a name does not lead out of
 * its folder.
 *
 * @param name path relative to the folder, with {@code /}
 * @param size bytes
 * @param sha256 checksum of the content, lower-case hexadecimal
 */
public record StoredFile(String name, long size, String sha256) implements Serializable {
  private static final int LONGEST = 500;

  /** Segments without control characters, none of them {@code .} or {@code ..}. */
  private static final Pattern INSIDE =
      Pattern.compile(
          "(?!\\.{1,2}(/|$))[^/:\\\\\\p{Cntrl}]+(/(?!\\.{1,2}(/|$))[^/:\\\\\\p{Cntrl}]+)*");

  /**
   * A file.
   *
   * @throws IllegalArgumentException if it cannot be one of a folder
   */
  public StoredFile {
    if (name == null || name.length() > LONGEST || !INSIDE.matcher(name).matches()) {
      throw new IllegalArgumentException("a file has no name inside of its folder");
    }
    if (size < 0 || sha256 == null) {
      throw new IllegalArgumentException("the file " + name + " has no size or no checksum");
    }
  }

  /** Whether the bytes up to the end of an input are this file's. */
  public boolean matches(InputStream in) throws IOException {
    MessageDigest digest = Digests.sha256();
    byte[] buffer = new byte[WholeFile.BUFFER_BYTES];
    long bytes = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
      bytes += n;
    }
    return bytes == size && Digests.hex(digest.digest()).equals(sha256);
  }

  /** Whether these bytes are this file's. */
  public boolean matches(byte[] content) {
    return content.length == size && Digests.sha256Hex(content).equals(sha256);
  }
}
