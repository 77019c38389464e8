package org.palimpsest.model;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;

/**
 * Random choice of the next token. Applies the temperature, keeps the k most probable tokens, of
 * these the smallest set whose probability reaches p (Holtzman et al. 2020), and normalizes the
 * rest.
 *
 * @param temperature divides the logits; above 0
 * @param topK number of tokens to keep; 0 for all
 * @param topP probability to keep, above 0 up to 1; at least one token is kept
 * @param seed draws are a function of (seed, index of the source in the call, sample, position),
 *     and do not depend on the other sources
 */
public record Sampling(double temperature, int topK, double topP, long seed)
    implements Serializable {
  public Sampling {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw PalimpsestException.configuration(
          "The temperature is "
              + temperature
              + ", but must be above 0: raise it, or leave sampling out for the best token alone.");
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
