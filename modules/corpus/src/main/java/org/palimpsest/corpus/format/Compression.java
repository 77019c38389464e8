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
 * How a file is compressed, told by its name: Hadoop's codecs by their suffixes, but for two.
 * Hadoop's Zstandard wants a native library that few have; zstd-jni, which Spark brings, has its
 * own. And Hadoop's bzip2 reads whatever is none as nothing. Members and frames that follow each
 * other are one text.
 */
interface Compression {
  /** What was compressed. */
  InputStream open(InputStream compressed) throws IOException;

  /** Empty for a file that is not compressed, and for Parquet, which compresses inside. */
  static Optional<Compression> of(Path file, Configuration hadoop) {
    String name = file.getName().toLowerCase(Locale.ROOT);
    if (name.endsWith(".zst") || name.endsWith(".zstd")) {
      return Optional.of(ZstdInputStreamNoFinalizer::new);
    }
    if (name.endsWith(".bz2")) {
      return Optional.of(compressed -> new BZip2CompressorInputStream(compressed, true));
    }
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(file);
    return Optional.ofNullable(codec).map(found -> found::createInputStream);
  }
}
