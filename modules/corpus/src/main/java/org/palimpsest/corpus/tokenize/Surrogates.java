package org.palimpsest.corpus.tokenize;

/** Code units that are not characters, and that Rust rejects. */
final class Surrogates {
  private static final int REPLACEMENT = 0xFFFD;

  private Surrogates() {}

  /** Replaces lone surrogates. */
  static String withoutLone(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return replaceLone(text);
      }
    }
    return text;
  }

  private static String replaceLone(String text) {
    int[] points = text.codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      if (points[i] >= Character.MIN_SURROGATE && points[i] <= Character.MAX_SURROGATE) {
        points[i] = REPLACEMENT;
      }
    }
    return new String(points, 0, points.length);
  }
}
