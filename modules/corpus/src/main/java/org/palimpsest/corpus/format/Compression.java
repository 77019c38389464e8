package org.palimpsest.corpus.format;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/**
 * The compression of a file, determined by its suffix, through Hadoop's codecs with two exceptions.
 * Hadoop's Zstandard codec needs a native library that most installations lack; zstd-jni, which
 * comes with Spark, contains it. Hadoop's bzip2 codec silently reads invalid data as empty.
 * Concatenated members and frames are one text.
 */
interface Compression {
  /** The decompressed bytes. */
  InputStream open(InputStream compressed) throws IOException;

  /**
   * Returns the compression, or empty for uncompressed files and for Parquet, which compresses
   * internally.
   */
  static Optional<Compression> of(Path file, Configuration hadoop) {
    String name = file.getName().toLowerCase(Locale.ROOT);
    if (name.endsWith(".zst") || name.endsWith(".zstd")) {
      return Optional.of(ZstdInputStreamNoFinalizer::new);
    }
    if (name.endsWith(".bz2")) {
      return Optional.of(compressed -> new BZip2CompressorInputStream(compressed, true));
    }
    // Hadoop knows one suffix of each codec, and before 3.4 only in lower case.
    String suffix = name.contains(".") ? name.substring(name.lastIndexOf('.')) : "";
    if (suffix.isEmpty() || suffix.contains(Path.SEPARATOR) || suffix.contains(":")) {
      return Optional.empty();
    }
    Path known = new Path("text" + (suffix.equals(".gzip") ? ".gz" : suffix));
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(known);
    return Optional.ofNullable(codec).map(found -> found::createInputStream);
  }
}
