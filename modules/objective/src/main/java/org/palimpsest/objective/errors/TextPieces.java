package org.palimpsest.objective.errors;

import com.ibm.icu.text.BreakIterator;

/**
 * The pieces of a text, found once after each change of it. ICU's rules are read only by texts that
 * need them, since most do not. A reusable buffer.
 */
abstract sealed class TextPieces permits Characters, Words {
  private final BufferText iterated = new BufferText();
  private BreakIterator rules;
  private boolean known;
  private boolean loaded;

  /** Says that the text has changed. */
  final void forget() {
    known = false;
  }

  /** Finds the pieces, unless they are known. */
  final void find(char[] text, int length) {
    if (known) {
      return;
    }
    known = true;
    loaded = false;
    cut(text, length);
  }

  /** Finds the pieces. */
  abstract void cut(char[] text, int length);

  /** ICU's rules for this kind of piece. */
  abstract BreakIterator newRules();

  /** The first boundary behind {@code at} by ICU's rules; at most {@code limit}. */
  final int boundaryAfter(int at, int limit, char[] text, int length) {
    if (!loaded) {
      load(text, length);
    }
    int next = rules.following(at);
    return next == BreakIterator.DONE ? limit : Math.min(next, limit);
  }

  private void load(char[] text, int length) {
    if (rules == null) {
      rules = newRules();
    }
    iterated.of(text, length);
    rules.setText(iterated);
    loaded = true;
  }
}
