package org.palimpsest.objective.denoising;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.noise.RandomSpans;

/**
 * How many raw tokens a block must have so that its source fills a given length: T5's {@code
 * random_spans_helper} for every objective. Where lengths are random the expected ones count.
 *
 * @param rawTokens tokens of a block
 * @param lengths what its source and target are going to be
 */
public record LengthPlan(int rawTokens, Objective.Lengths lengths) implements Serializable {
  /** Raw tokens for each source token, over which an objective is held to keep nothing. */
  private static final int MOST_RAW = 64;

  /**
   * Plans blocks for an objective; for a mixture, blocks whose source fits for every part.
   *
   * @param sourceLength source positions, {@code <s>} and {@code </s>} included
   * @throws PalimpsestException of kind CONFIGURATION if no number of tokens fills the source
   */
  public static LengthPlan of(Objective objective, Vocabulary vocabulary, int sourceLength) {
    int raw = 0;
    while (fits(objective, vocabulary, raw + 1, sourceLength)) {
      raw++;
      if (raw > MOST_RAW * Math.max(1, sourceLength)) {
        throw PalimpsestException.configuration(
            "Objective '"
                + objective.name()
                + "' keeps so little of the text that no block fills a source of "
                + sourceLength
                + " tokens; set the block length yourself.");
      }
    }
    if (raw == 0) {
      throw PalimpsestException.configuration(
          "A source of "
              + sourceLength
              + " tokens is too short for a single token of text under objective '"
              + objective.name()
              + "'; make it longer.");
    }
    Objective.Lengths lengths = objective.lengths(vocabulary, raw);
    if (isEvenlySplit(objective) && lengths.meanTarget() > lengths.meanSource()) {
      raw--;
      lengths = objective.lengths(vocabulary, raw);
    }
    return new LengthPlan(raw, lengths);
  }

  private static boolean fits(
      Objective objective, Vocabulary vocabulary, int rawTokens, int sourceLength) {
    if (objective instanceof MixtureObjective mixture) {
      return mixture.parts().stream()
          .allMatch(part -> fits(part.objective(), vocabulary, rawTokens, sourceLength));
    }
    return objective.lengths(vocabulary, rawTokens).meanSource() <= sourceLength + 1e-9;
  }

  /** T5 keeps the target from growing longer than the source when half of the text is corrupted. */
  private static boolean isEvenlySplit(Objective objective) {
    return objective instanceof DenoisingObjective denoising
        && denoising.noise() instanceof RandomSpans spans
        && spans.density() == 0.5;
  }
}
