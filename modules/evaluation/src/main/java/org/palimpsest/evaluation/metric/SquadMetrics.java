package org.palimpsest.evaluation.metric;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Exact match and token F1 as SQuAD's official evaluation has them (Rajpurkar et al. 2016): texts
 * are compared in lower case, without ASCII punctuation, without the articles a, an, the, and with
 * single blanks.
 */
public final class SquadMetrics {
  private static final Pattern PUNCTUATION = Pattern.compile("\\p{Punct}");
  private static final Pattern ARTICLE = Pattern.compile("\\b(a|an|the)\\b");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private SquadMetrics() {}

  /** 1 if both texts are the same, else 0. */
  public static double exactMatch(String written, String wanted) {
    return normalised(written).equals(normalised(wanted)) ? 1 : 0;
  }

  /** Harmonic mean of the shares of common words. */
  public static double f1(String written, String wanted) {
    List<String> mine = words(written);
    List<String> theirs = words(wanted);
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
    String normalised = normalised(text);
    return normalised.isEmpty() ? List.of() : List.of(normalised.split(" "));
  }

  private static String normalised(String text) {
    String bare = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
    return BLANKS.matcher(ARTICLE.matcher(bare).replaceAll(" ")).replaceAll(" ").strip();
  }
}
