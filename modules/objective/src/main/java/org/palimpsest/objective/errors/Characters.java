package org.palimpsest.objective.errors;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.util.Arrays;

/**
 * The characters of a text as a reader counts them: grapheme clusters of Unicode (UAX 29), as ICU
 * finds them. An {@code é} of two code points is one character, and so is a flag. Most scripts need
 * no look into ICU's tables. A reusable buffer.
 */
public final class Characters {
  private int[] start = new int[0];
  private int count;
  private boolean known;
  private BreakIterator rule;
  private final BufferText iterated = new BufferText();

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

  void forget() {
    known = false;
  }

  void find(char[] text, int length) {
    if (known) {
      return;
    }
    known = true;
    count = 0;
    if (start.length < length + 1) {
      start = new int[length + (length >> 1) + 1];
    }
    boolean loaded = false;
    for (int at = 0; at < length; ) {
      start[count++] = at;
      if (isAlone(text, at, length)) {
        at++;
      } else {
        if (!loaded) {
          load(text, length);
          loaded = true;
        }
        at = end(text, at, length);
      }
    }
    start[count] = length;
  }

  private int end(char[] text, int at, int length) {
    int next = rule.following(at);
    int end = next == BreakIterator.DONE ? length : next;
    for (int inside = at + 1; inside < end; inside++) {
      if (text[inside] == TextDraft.BARRIER) {
        return inside;
      }
    }
    return end;
  }

  private void load(char[] text, int length) {
    if (rule == null) {
      rule = BreakIterator.getCharacterInstance(ULocale.ROOT);
    }
    iterated.of(text, length);
    rule.setText(iterated);
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
