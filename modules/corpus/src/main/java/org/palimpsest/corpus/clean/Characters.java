package org.palimpsest.corpus.clean;

import java.text.Normalizer;

/** Normalizes characters. A text that is already normalized is returned unchanged. */
final class Characters {
  /** The normal forms change no character below these. */
  private static final char FIRST_COMBINING = '\u0300';

  private static final char FIRST_COMPATIBLE = '\u00A0';

  private static final char ESCAPE = '\u001B';
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final char NEXT_LINE = '\u0085';
  private static final char LINE_SEPARATOR = '\u2028';
  private static final char PARAGRAPH_SEPARATOR = '\u2029';

  private Characters() {}

  /** Applies canonical composition (NFC). */
  static String composed(String text) {
    return isBelow(text, FIRST_COMBINING) ? text : Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /** Applies compatibility decomposition and canonical composition (NFKC). */
  static String unified(String text) {
    return isBelow(text, FIRST_COMPATIBLE)
        ? text
        : Normalizer.normalize(text, Normalizer.Form.NFKC);
  }

  private static boolean isBelow(String text, char first) {
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) >= first) {
        return false;
      }
    }
    return true;
  }

  /**
   * Removes control characters: a run of them becomes a space unless there is one already, because
   * some writers use them as separators; terminal escape sequences, byte order marks and
   * noncharacters are deleted. Tabs and line ends are kept.
   */
  static String withoutControls(String text) {
    int first = 0;
    while (first < text.length() && !isUnwanted(text.codePointAt(first))) {
      first += Character.charCount(text.codePointAt(first));
    }
    if (first == text.length()) {
      return text;
    }
    StringBuilder normalized = new StringBuilder(text.length()).append(text, 0, first);
    boolean gap = false;
    for (int at = first; at < text.length(); ) {
      int c = text.codePointAt(at);
      int sequence = terminalSequence(text, at);
      if (sequence > 0) {
        at += sequence;
      } else if (isUnwanted(c)) {
        gap |= isControl(c);
        at += Character.charCount(c);
      } else {
        if (gap && !Character.isWhitespace(c) && !endsWithSpace(normalized)) {
          normalized.append(' ');
        }
        gap = false;
        normalized.appendCodePoint(c);
        at += Character.charCount(c);
      }
    }
    return normalized.toString();
  }

  private static boolean endsWithSpace(StringBuilder text) {
    return text.isEmpty() || Character.isWhitespace(text.charAt(text.length() - 1));
  }

  private static boolean isUnwanted(int c) {
    return isControl(c) || c == BYTE_ORDER_MARK || isNoncharacter(c);
  }

  private static boolean isControl(int c) {
    return Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r';
  }

  private static boolean isNoncharacter(int c) {
    return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
  }

  /**
   * Returns the length of an ECMA-48 control sequence (ESC [ parameters, intermediates, final), or
   * 0.
   */
  private static int terminalSequence(String text, int at) {
    if (text.charAt(at) != ESCAPE || at + 1 == text.length() || text.charAt(at + 1) != '[') {
      return 0;
    }
    int end = at + 2;
    while (end < text.length() && text.charAt(end) >= ' ' && text.charAt(end) < '@') {
      end++;
    }
    boolean ends = end < text.length() && text.charAt(end) >= '@' && text.charAt(end) <= '~';
    return ends ? end + 1 - at : 0;
  }

  /**
   * Replaces each run of white space with a space, a line end or a blank line, depending on the
   * line ends in it.
   */
  static String collapsed(String text) {
    StringBuilder normalized = new StringBuilder(text.length());
    int lineEnds = 0;
    boolean gap = false;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\n' || c == NEXT_LINE || c == LINE_SEPARATOR) {
        lineEnds++;
      } else if (c == '\r') {
        lineEnds += at + 1 < text.length() && text.charAt(at + 1) == '\n' ? 0 : 1;
      } else if (c == PARAGRAPH_SEPARATOR) {
        lineEnds += 2;
      } else if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
        gap = true;
      } else {
        if (!normalized.isEmpty()) {
          normalized.append(lineEnds > 1 ? "\n\n" : lineEnds == 1 ? "\n" : gap ? " " : "");
        }
        lineEnds = 0;
        gap = false;
        normalized.append(c);
      }
    }
    return normalized.length() == text.length()
            && normalized.compareTo(new StringBuilder(text)) == 0
        ? text
        : normalized.toString();
  }
}
