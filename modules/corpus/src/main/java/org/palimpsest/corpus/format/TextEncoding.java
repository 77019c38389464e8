package org.palimpsest.corpus.format;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The encoding of a text file, detected from its first bytes: a byte order mark, or zeros in every
 * other byte, which occur in western text in UTF-16 and not in UTF-8. All other files are read as
 * strict UTF-8.
 */
enum TextEncoding {
  UTF_8(StandardCharsets.UTF_8, "\u00EF\u00BB\u00BF"),
  UTF_16LE(StandardCharsets.UTF_16LE, "\u00FF\u00FE"),
  UTF_16BE(StandardCharsets.UTF_16BE, "\u00FE\u00FF"),
  UTF_32LE(Charset.forName("UTF-32LE"), "\u00FF\u00FE\0\0"),
  UTF_32BE(Charset.forName("UTF-32BE"), "\0\0\u00FE\u00FF");

  /** Number of bytes needed to detect the encoding. */
  static final int HEAD = 256;

  /** Longer byte order marks first, because one begins with another. */
  private static final List<TextEncoding> MARKED =
      List.of(UTF_32LE, UTF_32BE, UTF_16LE, UTF_16BE, UTF_8);

  /** Fewest pairs of bytes that indicate UTF-16. */
  private static final int LEAST_PAIRS = 4;

  private final Charset charset;

  /** The byte order mark, one character per byte. */
  private final String mark;

  TextEncoding(Charset charset, String mark) {
    this.charset = charset;
    this.mark = mark;
  }

  Charset charset() {
    return charset;
  }

  static TextEncoding of(byte[] head) {
    String bytes = new String(head, StandardCharsets.ISO_8859_1);
    for (TextEncoding marked : MARKED) {
      if (bytes.startsWith(marked.mark)) {
        return marked;
      }
    }
    int pairs = head.length / 2;
    int even = 0;
    int odd = 0;
    for (int i = 0; i < pairs; i++) {
      even += head[2 * i] == 0 ? 1 : 0;
      odd += head[2 * i + 1] == 0 ? 1 : 0;
    }
    if (pairs < LEAST_PAIRS) {
      return UTF_8;
    }
    if (areMostly(even, pairs) && odd == 0) {
      return UTF_16BE;
    }
    return areMostly(odd, pairs) && even == 0 ? UTF_16LE : UTF_8;
  }

  private static boolean areMostly(int zeros, int pairs) {
    return zeros * 10 >= pairs * 8;
  }
}
