package org.palimpsest.objective.noise;

/**
 * What a noise mask does to a text of a given length.
 *
 * @param tokens expected number of corrupted tokens
 * @param spans expected number of spans, insertions not counted
 * @param spansDeviation standard deviation of the number of spans before overlapping ones are
 *     joined; 0 if it is fixed
 * @param mostSpans number of spans that it never exceeds
 * @param insertions expected number of insertions
 * @param noisyEnd probability that the last token is corrupted
 * @param fixedTokens whether the number of corrupted tokens is the same for every text of this
 *     length
 * @param exact whether the number of spans is, too, and nothing is inserted
 */
public record NoiseForecast(
    double tokens,
    double spans,
    double spansDeviation,
    int mostSpans,
    double insertions,
    double noisyEnd,
    boolean fixedTokens,
    boolean exact) {

  static final NoiseForecast NOTHING = exact(0, 0, 0);

  /** A fixed number of tokens and spans. */
  public static NoiseForecast exact(int tokens, int spans, double noisyEnd) {
    return new NoiseForecast(tokens, spans, 0, spans, 0, noisyEnd, true, true);
  }

  /** Spans for which there must be room: the fixed number, or the mean and six deviations. */
  public int likelySpans() {
    return Math.min(mostSpans, (int) Math.ceil(spans + 6 * spansDeviation - 1e-9));
  }

  /** Insertions for which there must be room. */
  public int likelyInsertions() {
    return (int) Math.ceil(insertions + 6 * StrictMath.sqrt(insertions));
  }
}
