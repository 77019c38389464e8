package org.palimpsest.evaluation.metric;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Exact match and token F1 as in SQuAD's official evaluation (Rajpurkar et al. 2016). Texts are
 * compared in lower case, without ASCII punctuation, without the articles a, an, the, and with
 * single spaces.
 */
public final class SquadMetrics {
  private static final Pattern PUNCTUATION = Pattern.compile("\\p{Punct}");
  private static final Pattern ARTICLE = Pattern.compile("\\b(a|an|the)\\b");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private SquadMetrics() {}

  /**
   * 1 if both texts are equal after normalization, otherwise 0. For example, "The cat." equals
   * "cat".
   */
  public static double exactMatch(String written, String reference) {
    return normalized(written).equals(normalized(reference)) ? 1 : 0;
  }

  /** The harmonic mean of the precision and the recall of words. */
  public static double f1(String written, String reference) {
    List<String> mine = words(written);
    List<String> theirs = words(reference);
    if (mine.isEmpty() || theirs.isEmpty()) {
      return mine.equals(theirs) ? 1 : 0;
    }
    Map<String, Integer> left = new HashMap<>();
    theirs.forEach(word -> left.merge(word, 1, Integer::sum));
    int common = 0;
    for (String word : mine) {
      if (left.merge(word, -1, Integer::sum) >= 0) {
        common++;
      }
    }
    return 2.0 * common / (mine.size() + theirs.size());
  }

  private static List<String> words(String text) {
    String normalized = normalized(text);
    return normalized.isEmpty() ? List.of() : List.of(normalized.split(" "));
  }

  private static String normalized(String text) {
    String bare = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
    return BLANKS.matcher(ARTICLE.matcher(bare).replaceAll(" ")).replaceAll(" ").strip();
  }
}
