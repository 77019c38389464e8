package org.palimpsest.model;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;

/**
 * Drawing the next token instead of taking the best. Temperature first, then the k most probable,
 * then of these the smallest set whose probability reaches p (Holtzman et al. 2020); what is left
 * is normalised.
 *
 * @param temperature divides the logits; above 0
 * @param topK how many tokens are left; 0 for all
 * @param topP how much probability is left, above 0 up to 1; at least one token is
 * @param seed draws are a function of (seed, source's place in the call, sample, position), and not
 *     of what else is written beside it
 */
public record Sampling(double temperature, int topK, double topP, long seed)
    implements Serializable {
  public Sampling {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw PalimpsestException.configuration(
          "The temperature is "
              + temperature
              + ", but must be above 0; for the best token alone,"
              + " leave sampling out.");
    }
    if (topK < 0) {
      throw PalimpsestException.configuration(
          "top-k is " + topK + ", but must be at least 1, or 0 for all tokens.");
    }
    if (!(topP > 0 && topP <= 1)) {
      throw PalimpsestException.configuration(
          "top-p is " + topP + ", but must be above 0 and at most 1.");
    }
  }
}
