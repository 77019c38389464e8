package org.palimpsest.model.decoding;

import java.util.List;
import org.palimpsest.model.Hypothesis;

/** The decoding strategy of a group of sources, whose sequences advance together. */
sealed interface Search permits BeamSearch, Drawing {
  /** Sequences per source. */
  int sequences();

  /** Number of next tokens to rank per sequence. */
  int most();

  /** Whether decoding is complete. */
  boolean isDone();

  /**
   * Appends the same token to every sequence, with log-probability 0.
   *
   * @param last receives the last token of each sequence
   */
  void force(int token, int[] last);

  /**
   * Extends every unfinished sequence by one token.
   *
   * @param ranking of all sequences
   * @param last receives the last token of each sequence
   * @param order receives the sequence that each sequence continues
   */
  void extend(Ranking ranking, int[] last, int[] order);

  /** The tokens of a sequence so far; empty if it is finished. */
  int[] text(int sequence);

  /** Finishes unfinished sequences, and returns the hypotheses per source, best first. */
  List<List<Hypothesis>> hypotheses();

  /**
   * The score that ranks hypotheses.
   *
   * @param length in tokens, {@code </s>} counted
   */
  static double score(double logProbability, int length, double penalty) {
    return logProbability / Math.pow(Math.max(1, length), penalty);
  }
}
