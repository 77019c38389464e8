package org.palimpsest.storage;

import java.io.Serializable;
import java.util.regex.Pattern;

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
}
