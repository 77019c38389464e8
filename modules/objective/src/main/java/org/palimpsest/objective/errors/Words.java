package org.palimpsest.objective.errors;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.util.Arrays;

/**
 * The words of a text: what stands between spaces, with its punctuation. Where a script writes no
 * spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese), ICU's dictionaries cut such a piece into
 * words. A reusable buffer.
 */
public final class Words extends TextPieces {
  private int[] start = new int[16];
  private int[] end = new int[16];
  private int count;

  Words() {}

  /** Number of words. */
  public int count() {
    return count;
  }

  /** The offset at which word {@code k} begins. */
  public int start(int k) {
    return start[k];
  }

  /** The offset behind word {@code k}. */
  public int end(int k) {
    return end[k];
  }

  @Override
  void cut(char[] text, int length) {
    count = 0;
    for (int at = 0; at < length; at++) {
      if (isOutside(text[at])) {
        continue;
      }
      int from = at;
      boolean unspaced = false;
      while (at < length && !isOutside(text[at])) {
        unspaced |= isUnspaced(text[at++]);
      }
      if (unspaced) {
        addByDictionary(from, at, text, length);
      } else {
        add(from, at);
      }
    }
  }

  @Override
  BreakIterator newRules() {
    return BreakIterator.getWordInstance(ULocale.ROOT);
  }

  private static boolean isOutside(char c) {
    return c == TextDraft.BARRIER || TextDraft.isSpace(c);
  }

  private static boolean isUnspaced(char c) {
    return c >= 0x0E00
        && (c < 0x0F00 // Thai, Lao
            || (c >= 0x1000 && c < 0x10A0) // Burmese
            || (c >= 0x1780 && c < 0x1800) // Khmer
            || (c >= 0x3040 && c < 0x3100) // kana
            || (c >= 0x3400 && c < 0xA000)); // ideographs
  }

  private void addByDictionary(int from, int to, char[] text, int length) {
    for (int begin = from; begin < to; ) {
      int end = boundaryAfter(begin, to, text, length);
      add(begin, end);
      begin = end;
    }
  }

  private void add(int from, int to) {
    if (count == start.length) {
      start = Arrays.copyOf(start, count * 2);
      end = Arrays.copyOf(end, count * 2);
    }
    start[count] = from;
    end[count++] = to;
  }
}
