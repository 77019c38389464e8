package org.palimpsest.objective.errors;

/** Single characters of UTF-8, without a decoder. */
final class Utf8 {
  private Utf8() {}

  /** The number of bytes of the character at an offset; 0 if there is no whole one. */
  static int length(byte[] bytes, int at, int end) {
    int lead = bytes[at];
    if (lead >= 0) {
      return 1;
    }
    int length = lead >= -62 && lead < -32 ? 2 : lead >= -32 && lead < -16 ? 3 : 4;
    if (lead < -62 || lead > -12 || at + length > end) {
      return 0;
    }
    for (int next = at + 1; next < at + length; next++) {
      if ((bytes[next] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return isShortest(codePoint(bytes, at, length), length) ? length : 0;
  }

  private static boolean isShortest(int codePoint, int length) {
    return switch (length) {
      case 2 -> codePoint >= 0x80;
      case 3 ->
          codePoint >= 0x800
              && codePoint < TextDraft.BARRIER
              && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
      default -> codePoint >= 0x10000 && codePoint <= Character.MAX_CODE_POINT;
    };
  }

  static int codePoint(byte[] bytes, int at, int length) {
    int lead = bytes[at];
    int codePoint =
        switch (length) {
          case 1 -> lead;
          case 2 -> lead & 0x1F;
          case 3 -> lead & 0x0F;
          default -> lead & 0x07;
        };
    for (int next = at + 1; next < at + length; next++) {
      codePoint = codePoint << 6 | (bytes[next] & 0x3F);
    }
    return codePoint;
  }
}
