package org.palimpsest.corpus.text;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.FilteredBreakIteratorBuilder;
import com.ibm.icu.util.ULocale;
import java.util.Arrays;

/**
 * Where sentences begin: Unicode's rules (UAX 29) as ICU applies them to every script, less the
 * ends that are only abbreviations ("Mr.", "e.g."), from CLDR's English list and a few titles. Thai
 * and Lao mark no ends of sentences; there a space between two of their letters, which stands
 * between clauses, counts as one. The rule knows no tokenizer. White space before a sentence
 * belongs to it, as the words of a byte-level vocabulary carry the space in front of them. One a
 * thread.
 */
public final class Sentences {
  /** Titles, which a name follows; CLDR leaves them out. */
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

  /** Finds the sentences of a text and returns their number. The first starts at 0. */
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

  /** Where sentence {@code index} of the text last looked at begins. */
  public int start(int index) {
    return starts[index];
  }

  /** Starts at spaces between two letters of Thai or Lao. */
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
