package org.palimpsest.corpus.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Files that hold something else than text, recognized by their first bytes. */
public final class NoText {
  /** Number of bytes that tell. */
  static final int HEAD = 512;

  /** Where the name of its format is in a tar archive, after the name and the numbers of a file. */
  private static final int TAR = 257;

  /** What each beginning is, one character per byte. */
  private static final Map<String, String> BEGINNINGS = new LinkedHashMap<>();

  static {
    BEGINNINGS.put("PK\u0003\u0004", "a ZIP archive, as office documents are");
    BEGINNINGS.put("\u001F\u008B\b", "compressed with gzip once more or under another name");
    BEGINNINGS.put("BZh91AY&SY", "compressed with bzip2 once more or under another name");
    BEGINNINGS.put("(\u00B5/\u00FD", "compressed with Zstandard under another name");
    BEGINNINGS.put("\u00FD7zXZ\0", "compressed with xz");
    BEGINNINGS.put("7z\u00BC\u00AF'\u001C", "a 7z archive");
    BEGINNINGS.put("Rar!\u001A\u0007", "a RAR archive");
    BEGINNINGS.put("%PDF-", "a PDF document");
    BEGINNINGS.put("\u00D0\u00CF\u0011\u00E0\u00A1\u00B1", "an office document");
    BEGINNINGS.put("\u0089PNG\r\n", "an image");
    BEGINNINGS.put("\u00FF\u00D8\u00FF", "an image");
    BEGINNINGS.put("SQLite format 3\0", "a database");
  }

  private NoText() {}

  /**
   * What a file is instead of text; empty for text and for Parquet.
   *
   * @throws IOException if it cannot be read
   */
  public static Optional<String> in(Path file, Configuration hadoop) throws IOException {
    if (FileFormat.of(file) == FileFormat.PARQUET) {
      return Optional.empty();
    }
    try (InputStream raw = InputFile.open(file, hadoop)) {
      Optional<Compression> compression = Compression.of(file, hadoop);
      return of(
          compression.isPresent()
              ? head(new DecompressedStream(raw, compression.get()))
              : raw.readNBytes(HEAD));
    }
  }

  /** Damage is reported later, with its place. */
  private static byte[] head(InputStream decompressed) throws IOException {
    try (decompressed) {
      return decompressed.readNBytes(HEAD);
    } catch (DecompressedStream.Damaged e) {
      return new byte[0];
    }
  }

  /** What a file that begins like this is instead of text. */
  static Optional<String> of(byte[] head) {
    String bytes = new String(head, StandardCharsets.ISO_8859_1);
    if (bytes.startsWith("ustar", TAR)) {
      return Optional.of("a tar archive");
    }
    return BEGINNINGS.entrySet().stream()
        .filter(beginning -> bytes.startsWith(beginning.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
