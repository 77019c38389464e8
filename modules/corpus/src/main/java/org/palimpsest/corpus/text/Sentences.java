package org.palimpsest.corpus.text;

import java.text.BreakIterator;
import java.util.Arrays;
import java.util.Locale;

/**
 * Where sentences begin, by {@link BreakIterator} in the root locale: a rule that knows no
 * tokenizer. White space before a sentence belongs to it, as the words of a byte-level vocabulary
 * carry the space in front of them. One a thread.
 */
public final class Sentences {
  private final BreakIterator rule = BreakIterator.getSentenceInstance(Locale.ROOT);
  private int[] starts = new int[16];
  private int count;

  /** Finds the sentences of a text and returns their number. The first starts at 0. */
  public int find(String text) {
    count = 0;
    if (text.isEmpty()) {
      return 0;
    }
    add(0);
    rule.setText(text);
    int visible = withSpaceBefore(text, text.length());
    for (int end = rule.next(); end != BreakIterator.DONE && end < visible; end = rule.next()) {
      int start = withSpaceBefore(text, end);
      if (start > starts[count - 1]) {
        add(start);
      }
    }
    return count;
  }

  /** Where sentence {@code index} of the text last looked at begins. */
  public int start(int index) {
    return starts[index];
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
