package org.palimpsest.model.decoding;

import java.util.List;
import org.palimpsest.model.Hypothesis;

/** What is written for the sources of one group, whose sequences advance side by side. */
sealed interface Search permits BeamSearch, Drawing {
  /** Sequences for each source. */
  int sequences();

  /** How many of the tokens that may follow it chooses among. */
  int most();

  /** Whether nothing more is to be written. */
  boolean isDone();

  /**
   * Appends the same token to every sequence; it costs nothing.
   *
   * @param last takes the last token of each sequence
   */
  void force(int token, int[] last);

  /**
   * Extends every unfinished sequence by one token.
   *
   * @param ranking of all sequences
   * @param last takes the last token of each sequence
   * @param order takes the sequence from which each goes on
   */
  void extend(Ranking ranking, int[] last, int[] order);

  /** Ends what has not ended, and returns each source's hypotheses, best first. */
  List<List<Hypothesis>> hypotheses();

  /**
   * What hypotheses are ranked by.
   *
   * @param length in tokens, {@code </s>} counted
   */
  static double score(double logProbability, int length, double penalty) {
    return logProbability / Math.pow(Math.max(1, length), penalty);
  }
}
