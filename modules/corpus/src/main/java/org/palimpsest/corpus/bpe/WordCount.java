package org.palimpsest.corpus.bpe;

import java.io.Serializable;
import java.util.Comparator;

/** A word, including the space before it, and its number of occurrences. */
public record WordCount(String word, long count) implements Serializable {
  /** Orders by count, then in reverse order of strings. */
  public static final Comparator<WordCount> LEAST_FREQUENT_FIRST =
      Comparator.comparingLong(WordCount::count)
          .thenComparing(WordCount::word, Comparator.reverseOrder());
}
