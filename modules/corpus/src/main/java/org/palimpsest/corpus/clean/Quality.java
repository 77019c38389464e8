package org.palimpsest.corpus.clean;

import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/** Language-independent measures of text quality. */
final class Quality {
  /** Longest repeated unit that is detected, in UTF-16 units. */
  static final int LONGEST_UNIT = 16;

  private Quality() {}

  /** Returns the number of code points. */
  static long characters(String text) {
    return text.codePointCount(0, text.length());
  }

  /**
   * Returns the share of letters and their combining marks among code points that are not white
   * space; 0 if there are none.
   */
  static double letterShare(String text) {
    long visible = 0;
    long letters = 0;
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      if (!Character.isWhitespace(c) && !Character.isSpaceChar(c)) {
        visible++;
        letters += isLetterOrMark(c) ? 1 : 0;
      }
    }
    return visible == 0 ? 0 : (double) letters / visible;
  }

  private static boolean isLetterOrMark(int c) {
    return switch (Character.getType(c)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER,
          Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK ->
          true;
      default -> false;
    };
  }

  /**
   * Returns the length of the longest run in which a unit of up to {@link #LONGEST_UNIT} UTF-16
   * units occurs at least twice: {@code aaaa}, {@code nana}, {@code buffalo buffalo}; 0 if there is
   * none.
   */
  static int longestRepeatedRun(String text) {
    int[] same = new int[LONGEST_UNIT + 1];
    int longest = 0;
    for (int at = 1; at < text.length(); at++) {
      char c = text.charAt(at);
      for (int unit = Math.min(LONGEST_UNIT, at); unit > 0; unit--) {
        if (text.charAt(at - unit) != c) {
          same[unit] = 0;
        } else if (++same[unit] >= unit) {
          longest = Math.max(longest, same[unit] + unit);
        }
      }
    }
    return longest;
  }

  /** Returns the share of non-blank lines that repeat an earlier line. */
  static double repeatedLineShare(String text) {
    Set<String> seen = new HashSet<>();
    long lines = 0;
    Iterator<String> all = text.lines().iterator();
    while (all.hasNext()) {
      String line = all.next().strip();
      if (!line.isEmpty()) {
        lines++;
        seen.add(line);
      }
    }
    return lines == 0 ? 0 : (double) (lines - seen.size()) / lines;
  }
}
