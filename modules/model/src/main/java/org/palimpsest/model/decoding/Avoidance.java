package org.palimpsest.model.decoding;

import java.util.Arrays;
import java.util.BitSet;
import org.palimpsest.model.Unwanted;

/**
 * Keeps unwanted sequences out of texts: more tokens are ranked than the search needs, and those
 * that must not follow a text are taken out of its ranking.
 */
final class Avoidance {
  private final Unwanted unwanted;
  private final int start;
  private final int vocabulary;
  private BitSet[] forbidden = new BitSet[0];
  private int most;

  /**
   * Avoids some sequences.
   *
   * @param start first input of the decoder
   */
  Avoidance(Unwanted unwanted, int start, int vocabulary) {
    this.unwanted = unwanted;
    this.start = start;
    this.vocabulary = vocabulary;
  }

  /** Finds what must not follow each text of a search. */
  void look(Search search, int sequences) {
    if (unwanted.isNothing()) {
      return;
    }
    forbidden = new BitSet[sequences];
    most = 0;
    for (int i = 0; i < sequences; i++) {
      int[] written = search.text(i);
      int[] text = new int[written.length + 1];
      text[0] = start;
      System.arraycopy(written, 0, text, 1, written.length);
      forbidden[i] = new BitSet();
      unwanted.addTo(forbidden[i], text);
      most = Math.max(most, forbidden[i].cardinality());
    }
  }

  /** The number of tokens to rank so that so many remain. */
  int most(int needed) {
    return Math.min(vocabulary, needed + most);
  }

  /** The best tokens that may follow; −∞ where there are too few. */
  Ranking allowed(Ranking ranking, int needed) {
    if (most == 0) {
      return ranking;
    }
    double[] logProbabilities = new double[forbidden.length * needed];
    int[] tokens = new int[logProbabilities.length];
    Arrays.fill(logProbabilities, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < forbidden.length; i++) {
      int found = 0;
      for (int rank = 0; rank < ranking.most() && found < needed; rank++) {
        if (!forbidden[i].get(ranking.token(i, rank))) {
          logProbabilities[i * needed + found] = ranking.logProbability(i, rank);
          tokens[i * needed + found++] = ranking.token(i, rank);
        }
      }
    }
    return new Ranking(needed, logProbabilities, tokens);
  }
}
