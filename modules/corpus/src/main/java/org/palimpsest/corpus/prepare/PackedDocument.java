package org.palimpsest.corpus.prepare;

import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.corpus.tokenize.EncodedDocument;
import org.palimpsest.objective.Vocabulary;

/**
 * An encoded document in the shuffle. Numbers have a variable length of 7 bits per byte. Most ids
 * take two bytes, which halves the size of the shuffle and of its sort buffers compared with {@code
 * int}s.
 *
 * @param bytes the number of sentences, the differences between their starts, the number of tokens,
 *     and their ids
 * @param source name of its source
 * @param language the token of its language, or {@link Vocabulary#NONE}
 * @param text fingerprint of its text, or {@link ReadingId#NONE} if not needed
 */
public record PackedDocument(byte[] bytes, String source, int language, ReadingId text)
    implements Shuffled {
  private static final int BITS = 7;
  private static final int MORE = 1 << BITS;

  static PackedDocument of(EncodedDocument document, int language, ReadingId text) {
    int[] starts = document.sentenceStarts();
    int[] tokens = document.tokens();
    int size = width(starts.length) + width(tokens.length);
    for (int i = 0; i < starts.length; i++) {
      size += width(i == 0 ? starts[0] : starts[i] - starts[i - 1]);
    }
    for (int token : tokens) {
      size += width(token);
    }
    byte[] bytes = new byte[size];
    int at = put(bytes, 0, starts.length);
    for (int i = 0; i < starts.length; i++) {
      at = put(bytes, at, i == 0 ? starts[0] : starts[i] - starts[i - 1]);
    }
    at = put(bytes, at, tokens.length);
    for (int token : tokens) {
      at = put(bytes, at, token);
    }
    return new PackedDocument(bytes, document.source(), language, text);
  }

  EncodedDocument unpacked() {
    Cursor cursor = new Cursor(bytes);
    int[] starts = new int[cursor.next()];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = cursor.next() + (i == 0 ? 0 : starts[i - 1]);
    }
    int[] tokens = new int[cursor.next()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = cursor.next();
    }
    return new EncodedDocument(tokens, starts, source);
  }

  private static int width(int value) {
    return value == 0 ? 1 : (Integer.SIZE - Integer.numberOfLeadingZeros(value) + BITS - 1) / BITS;
  }

  private static int put(byte[] bytes, int from, int value) {
    int at = from;
    int left = value;
    while (left >>> BITS != 0) {
      bytes[at++] = (byte) (left | MORE);
      left >>>= BITS;
    }
    bytes[at++] = (byte) left;
    return at;
  }

  /** Reads consecutive numbers. */
  private static final class Cursor {
    private final byte[] bytes;
    private int at;

    Cursor(byte[] bytes) {
      this.bytes = bytes;
    }

    int next() {
      int value = 0;
      int shift = 0;
      int part = bytes[at++];
      while (part < 0) {
        value |= (part & (MORE - 1)) << shift;
        shift += BITS;
        part = bytes[at++];
      }
      return value | part << shift;
    }
  }
}
