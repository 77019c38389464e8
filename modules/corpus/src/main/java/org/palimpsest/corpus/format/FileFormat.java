package org.palimpsest.corpus.format;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.palimpsest.corpus.text.DocumentMode;

/** What a file holds, told by its name without the suffix of a compression. */
enum FileFormat {
  TEXT,
  /** A JSON object a line. */
  JSON_LINES,
  /** Comma-separated values as in RFC 4180, the names of the columns in the first record. */
  CSV,
  /** The same with tabs. */
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

  /** Whether reading may begin anywhere; what quotes mean depends on all that stands before. */
  boolean isSplitable(DocumentMode mode) {
    return switch (this) {
      case TEXT -> mode != DocumentMode.FILE;
      case JSON_LINES, PARQUET -> true;
      case CSV, TAB_SEPARATED -> false;
    };
  }
}
