package org.palimpsest.model;

/**
 * How text is generated.
 *
 * @param maxLength longest output, in tokens
 * @param beams number of beams; 1 is greedy
 * @param lengthPenalty exponent of the length by which a hypothesis' score is divided
 */
public record DecodingOptions(int maxLength, int beams, double lengthPenalty) {
  public static DecodingOptions greedy(int maxLength) {
    return new DecodingOptions(maxLength, 1, 1.0);
  }
}
