package org.palimpsest.corpus.text;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.FilteredBreakIteratorBuilder;
import com.ibm.icu.util.ULocale;
import java.util.Arrays;

/**
 * Finds sentence boundaries by the Unicode rules (UAX 29) as implemented in ICU, except after
 * abbreviations ("Mr.", "e.g.") in CLDR's English list and a few titles. Thai and Lao do not mark
 * sentence ends; there a space between two letters, which separates clauses, is a boundary. The
 * rules do not depend on the tokenizer. White space before a sentence belongs to it, because tokens
 * of byte-level vocabularies include the preceding space. Not thread-safe.
 */
public final class Sentences {
  /** Titles that precede a name and are missing in CLDR. */
  private static final String[] TITLES = {
    "Dr.", "St.", "Mt.", "Rev.", "Hon.", "Gen.", "Col.", "Capt.", "Lt.", "Sgt.", "Messrs.", "Mme."
  };

  private static final char FIRST_THAI = '\u0E01';
  private static final char LAST_LAO = '\u0EDF';

  private final BreakIterator rule = rule();
  private int[] starts = new int[16];
  private int count;

  private static BreakIterator rule() {
    FilteredBreakIteratorBuilder builder =
        FilteredBreakIteratorBuilder.getInstance(ULocale.ENGLISH);
    for (String title : TITLES) {
      builder.suppressBreakAfter(title);
    }
    return builder.wrapIteratorWithFilter(BreakIterator.getSentenceInstance(ULocale.ROOT));
  }

  /** Finds the sentences of a text and returns their number. The first one starts at 0. */
  public int find(String text) {
    count = 0;
    if (text.isEmpty()) {
      return 0;
    }
    add(0);
    rule.setText(text);
    int visible = withSpaceBefore(text, text.length());
    int from = 0;
    for (int end = rule.next(); end != BreakIterator.DONE && end < visible; end = rule.next()) {
      addClauses(text, from, end);
      int start = withSpaceBefore(text, end);
      if (start > starts[count - 1]) {
        add(start);
      }
      from = end;
    }
    addClauses(text, from, visible);
    return count;
  }

  /** Returns the start of a sentence of the last text. */
  public int start(int index) {
    return starts[index];
  }

  /** Adds a boundary at each space between two Thai or Lao letters. */
  private void addClauses(String text, int from, int to) {
    for (int at = from + 1; at < to - 1; at++) {
      if (isThaiOrLao(text.charAt(at - 1)) && Character.isWhitespace(text.charAt(at))) {
        int next = at;
        while (next < to && Character.isWhitespace(text.charAt(next))) {
          next++;
        }
        if (next < to && isThaiOrLao(text.charAt(next))) {
          add(at);
        }
        at = next;
      }
    }
  }

  private static boolean isThaiOrLao(char character) {
    return character >= FIRST_THAI && character <= LAST_LAO;
  }

  private static int withSpaceBefore(String text, int position) {
    int start = position;
    while (start > 0 && Character.isWhitespace(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private void add(int start) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
    }
    starts[count++] = start;
  }
}
