package org.palimpsest.objective.errors;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.util.Arrays;

/**
 * The characters of a text as a reader counts them: grapheme clusters of Unicode (UAX 29), as ICU
 * finds them. An {@code é} of two code points is one character, and so is a flag. Most scripts need
 * no look into ICU's tables. A reusable buffer.
 */
public final class Characters extends TextPieces {
  private int[] start = new int[0];
  private int count;

  Characters() {}

  /** Number of characters. */
  public int count() {
    return count;
  }

  /** The offset at which character {@code k} begins. */
  public int start(int k) {
    return start[k];
  }

  /** The offset behind character {@code k}. */
  public int end(int k) {
    return start[k + 1];
  }

  @Override
  void cut(char[] text, int length) {
    count = 0;
    if (start.length < length + 1) {
      start = new int[length + (length >> 1) + 1];
    }
    for (int at = 0; at < length; ) {
      start[count++] = at;
      at = isAlone(text, at, length) ? at + 1 : end(text, at, length);
    }
    start[count] = length;
  }

  @Override
  BreakIterator newRules() {
    return BreakIterator.getCharacterInstance(ULocale.ROOT);
  }

  private int end(char[] text, int at, int length) {
    int end = boundaryAfter(at, length, text, length);
    for (int inside = at + 1; inside < end; inside++) {
      if (text[inside] == TextDraft.BARRIER) {
        return inside;
      }
    }
    return end;
  }

  /** Whether a character is surely one {@code char}. */
  private static boolean isAlone(char[] text, int at, int length) {
    char here = text[at];
    if (here == TextDraft.BARRIER || at + 1 == length) {
      return here == TextDraft.BARRIER || isPlain(here);
    }
    return isPlain(here) && here != '\r' && isPlain(text[at + 1]);
  }

  /**
   * Letters and signs that neither take part in a longer cluster nor begin one among themselves.
   */
  private static boolean isPlain(char c) {
    return c < 0x0300
        || c == TextDraft.BARRIER
        || (c >= 0x0370 && c < 0x0483) // Greek, Cyrillic
        || (c >= 0x048A && c < 0x0530)
        || (c >= 0x3041 && c < 0x3097) // kana, ideographs
        || (c >= 0x30A1 && c < 0x30FB)
        || (c >= 0x3400 && c < 0xA000);
  }

  @Override
  public String toString() {
    return Arrays.toString(Arrays.copyOf(start, count));
  }
}
