package org.palimpsest.training.preflight;

import java.util.Locale;

/** Formats sizes for messages and for Spark's settings. */
final class Bytes {
  static final long KIB = 1L << 10;
  static final long MIB = 1L << 20;
  static final long GIB = 1L << 30;

  private Bytes() {}

  /**
   * For messages: {@code 340 MB}, {@code 1.5 GB}. A megabyte has 2^20 bytes, as in Spark's
   * settings.
   */
  static String format(long bytes) {
    if (bytes >= GIB) {
      return String.format(Locale.ROOT, "%.1f GB", (double) bytes / GIB);
    }
    return bytes >= MIB ? mebibytes(bytes) + " MB" : (bytes + KIB - 1) / KIB + " KB";
  }

  /** For a setting that must hold at least this many bytes: {@code 341m}. */
  static String setting(long bytes) {
    return mebibytes(bytes) + "m";
  }

  private static long mebibytes(long bytes) {
    return (bytes + MIB - 1) / MIB;
  }
}
