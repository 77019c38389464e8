package org.palimpsest.corpus.bpe;

import java.io.Serializable;
import java.util.Comparator;

/** A word, with the space in front of it, and how often it was seen. */
public record WordCount(String word, long count) implements Serializable {
  /** Rare words first; among equally frequent ones the later in the order of strings. */
  public static final Comparator<WordCount> LEAST_FREQUENT_FIRST =
      Comparator.comparingLong(WordCount::count)
          .thenComparing(WordCount::word, Comparator.reverseOrder());
}
