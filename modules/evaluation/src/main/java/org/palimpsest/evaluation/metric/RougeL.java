package org.palimpsest.evaluation.metric;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * ROUGE-L of two texts (Lin 2004): the F-measure of their longest common subsequence of words, as
 * Google's rouge_score computes it without stemming. Words are runs of letters and digits in lower
 * case, of any script; rouge_score supports ASCII only. Written by hand and tested against the
 * values of rouge_score.
 */
public final class RougeL {
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

  private RougeL() {}

  /**
   * The F-measure from 0 (no common words) to 1 (the same words). For example, "the cat sat" and
   * "the cat sits" give 2/3.
   */
  public static double f1(String written, String reference) {
    String[] mine = words(written);
    String[] theirs = words(reference);
    int common = commonSubsequence(mine, theirs);
    return common == 0 ? 0 : 2.0 * common / (mine.length + theirs.length);
  }

  private static String[] words(String text) {
    return Arrays.stream(BETWEEN_WORDS.split(text.toLowerCase(Locale.ROOT)))
        .filter(word -> !word.isEmpty())
        .toArray(String[]::new);
  }

  private static int commonSubsequence(String[] a, String[] b) {
    int[] row = new int[b.length + 1];
    for (String word : a) {
      int diagonal = 0;
      for (int j = 1; j <= b.length; j++) {
        int above = row[j];
        row[j] = word.equals(b[j - 1]) ? diagonal + 1 : Math.max(above, row[j - 1]);
        diagonal = above;
      }
    }
    return row[b.length];
  }
}
