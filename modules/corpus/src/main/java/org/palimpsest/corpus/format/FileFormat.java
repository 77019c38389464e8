package org.palimpsest.corpus.format;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.palimpsest.corpus.text.DocumentMode;

/** The format of a file, determined by its name without a compression suffix. */
enum FileFormat {
  TEXT,
  /** One JSON object per line. */
  JSON_LINES,
  /** Comma-separated values as in RFC 4180; the first record names the columns. */
  CSV,
  /** Tab-separated values, otherwise like {@link #CSV}. */
  TAB_SEPARATED,
  PARQUET;

  private static final Pattern SUFFIX =
      Pattern.compile("\\.(\\w+)(\\.(gz|gzip|bz2|zst|zstd|deflate|lz4|snappy))?$");

  static FileFormat of(Path file) {
    Matcher suffix = SUFFIX.matcher(file.getName().toLowerCase(Locale.ROOT));
    if (!suffix.find()) {
      return TEXT;
    }
    return switch (suffix.group(1)) {
      case "jsonl", "ndjson", "json" -> JSON_LINES;
      case "csv" -> CSV;
      case "tsv" -> TAB_SEPARATED;
      case "parquet" -> PARQUET;
      default -> TEXT;
    };
  }

  /**
   * Returns whether reading can start at any offset. It cannot where the meaning of a quote depends
   * on all text before it.
   */
  boolean isSplitable(DocumentMode mode) {
    return switch (this) {
      case TEXT -> mode != DocumentMode.FILE;
      case JSON_LINES, PARQUET -> true;
      case CSV, TAB_SEPARATED -> false;
    };
  }
}
