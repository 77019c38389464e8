package org.palimpsest.evaluation.metric;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * BLEU of a corpus (Papineni et al. 2002) as sacreBLEU computes it by default (Post 2018, {@code
 * tok:13a|smooth:exp}): words by mteval's 13a rules, n-grams up to 4, and exponential smoothing: a
 * precision without matches counts as 1/2, 1/4, … of a match. Counts of parts of a corpus can be
 * added up. Written by hand and tested against sacreBLEU's values, because the JVM has no
 * maintained implementation of that tokenization.
 */
public final class Bleu implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int ORDER = 4;

  private static final Pattern SYMBOLS =
      Pattern.compile("([\\{-\\~\\[-\\` -\\&\\(-\\+\\:-\\@\\/])");
  private static final Pattern AFTER_NO_DIGIT = Pattern.compile("([^0-9])([\\.,])");
  private static final Pattern BEFORE_NO_DIGIT = Pattern.compile("([\\.,])([^0-9])");
  private static final Pattern AFTER_DIGIT = Pattern.compile("([0-9])(-)");

  private final long[] matches = new long[ORDER];
  private final long[] totals = new long[ORDER];
  private long writtenLength;
  private long referenceLength;

  /** Counts one text. */
  public void add(String written, List<String> references) {
    String[] words = words(written);
    Map<String, Integer> allowed = new HashMap<>();
    int nearest = Integer.MAX_VALUE;
    for (String reference : references) {
      String[] referenceWords = words(reference);
      ngrams(referenceWords).forEach((ngram, count) -> allowed.merge(ngram, count, Math::max));
      nearest = nearer(words.length, nearest, referenceWords.length);
    }
    ngrams(words)
        .forEach(
            (ngram, count) -> {
              int order = order(ngram);
              totals[order] += count;
              matches[order] += Math.min(count, allowed.getOrDefault(ngram, 0));
            });
    writtenLength += words.length;
    referenceLength += nearest;
  }

  /** Of two lengths, the one nearer to that of the text; of two equally near ones, the shorter. */
  private static int nearer(int length, int a, int b) {
    int distance = Math.abs(length - a) - Math.abs(length - b);
    return distance == 0 ? Math.min(a, b) : distance < 0 ? a : b;
  }

  /** Adds the counts of another part. */
  public void add(Bleu other) {
    for (int i = 0; i < ORDER; i++) {
      matches[i] += other.matches[i];
      totals[i] += other.totals[i];
    }
    writtenLength += other.writtenLength;
    referenceLength += other.referenceLength;
  }

  /** The counts, for {@link #of}. */
  public long[] counts() {
    long[] counts = new long[2 * ORDER + 2];
    System.arraycopy(matches, 0, counts, 0, ORDER);
    System.arraycopy(totals, 0, counts, ORDER, ORDER);
    counts[2 * ORDER] = writtenLength;
    counts[2 * ORDER + 1] = referenceLength;
    return counts;
  }

  /** A part of a corpus with these {@link #counts}. */
  public static Bleu of(long[] counts) {
    Bleu part = new Bleu();
    System.arraycopy(counts, 0, part.matches, 0, ORDER);
    System.arraycopy(counts, ORDER, part.totals, 0, ORDER);
    part.writtenLength = counts[2 * ORDER];
    part.referenceLength = counts[2 * ORDER + 1];
    return part;
  }

  /** The score from 0 to 100. */
  public double score() {
    double logarithms = 0;
    double smooth = 1;
    for (int i = 0; i < ORDER; i++) {
      if (totals[i] == 0) {
        return 0;
      }
      double counted = matches[i];
      if (matches[i] == 0) {
        smooth *= 2;
        counted = 1 / smooth;
      }
      logarithms += Math.log(counted / totals[i]);
    }
    return 100 * brevity() * Math.exp(logarithms / ORDER);
  }

  private double brevity() {
    return writtenLength >= referenceLength
        ? 1
        : Math.exp(1 - (double) referenceLength / writtenLength);
  }

  private static Map<String, Integer> ngrams(String[] words) {
    Map<String, Integer> ngrams = new HashMap<>();
    for (int from = 0; from < words.length; from++) {
      StringBuilder ngram = new StringBuilder();
      for (int to = from; to < Math.min(from + ORDER, words.length); to++) {
        ngram.append(to > from ? " " : "").append(words[to]);
        ngrams.merge(ngram.toString(), 1, Integer::sum);
      }
    }
    return ngrams;
  }

  /** Words contain no spaces. */
  private static int order(String ngram) {
    return (int) ngram.chars().filter(c -> c == ' ').count();
  }

  private static String[] words(String text) {
    String line =
        text.replace("<skipped>", "")
            .replace("-\n", "")
            .replace('\n', ' ')
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">");
    line = SYMBOLS.matcher(" " + line + " ").replaceAll(" $1 ");
    line = AFTER_NO_DIGIT.matcher(line).replaceAll("$1 $2 ");
    line = BEFORE_NO_DIGIT.matcher(line).replaceAll(" $1 $2");
    line = AFTER_DIGIT.matcher(line).replaceAll("$1 $2 ").strip();
    return line.isEmpty() ? new String[0] : line.split("\\s+");
  }
}
