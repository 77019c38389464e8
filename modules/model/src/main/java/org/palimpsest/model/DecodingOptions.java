package org.palimpsest.model;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.palimpsest.base.PalimpsestException;

/**
 * How text is generated: by beam search (with one beam, greedily), or by sampling.
 *
 * @param minLength {@code </s>} is not written before so many tokens
 * @param maxLength longest output, in tokens, {@code </s>} not counted
 * @param beams number of beams; 1 is greedy
 * @param lengthPenalty exponent of the length by which a hypothesis' score is divided
 * @param sampling how tokens are drawn; empty for the best ones; needs one beam
 * @param best hypotheses that are returned for each source: the best of the beams, at most as many
 *     as those, or independent samples
 * @param prefix tokens that every output begins with
 * @param banned ids that are never written but as part of the prefix
 */
public record DecodingOptions(
    int minLength,
    int maxLength,
    int beams,
    double lengthPenalty,
    Optional<Sampling> sampling,
    int best,
    List<Integer> prefix,
    BitSet banned) {

  public DecodingOptions {
    prefix = List.copyOf(prefix);
    banned = (BitSet) banned.clone();
    if (beams < 1 || maxLength < 1) {
      throw PalimpsestException.configuration(
          "Decoding needs at least one beam and a length of at least 1: set both to 1 or more.");
    }
    if (minLength < 0 || minLength > maxLength) {
      throw PalimpsestException.configuration(
          "The least length "
              + minLength
              + " must lie between 0 and the longest, "
              + maxLength
              + ": lower it.");
    }
    if (sampling.isPresent() && beams > 1) {
      throw PalimpsestException.configuration(
          "Text is drawn by sampling or searched with beams, not both: set the beams to 1.");
    }
    if (best < 1 || (sampling.isEmpty() && best > beams)) {
      throw PalimpsestException.configuration(
          "The "
              + beams
              + " beams of a search cannot give "
              + best
              + " texts: ask for at least 1 and at most as many as there are beams.");
    }
    if (prefix.size() > maxLength) {
      throw PalimpsestException.configuration(
          "A prefix of "
              + prefix.size()
              + " tokens is longer than the longest output, "
              + maxLength
              + ": shorten it.");
    }
  }

  /** Beam search. */
  public DecodingOptions(int maxLength, int beams, double lengthPenalty) {
    this(0, maxLength, beams, lengthPenalty, Optional.empty(), 1, List.of(), new BitSet());
  }

  public static DecodingOptions greedy(int maxLength) {
    return new DecodingOptions(maxLength, 1, 1.0);
  }

  /** Draws tokens. */
  public static DecodingOptions sampled(int maxLength, Sampling sampling) {
    return new DecodingOptions(
        0, maxLength, 1, 1.0, Optional.of(sampling), 1, List.of(), new BitSet());
  }

  /** The same with so many hypotheses for each source. */
  public DecodingOptions withBest(int number) {
    return new DecodingOptions(
        minLength, maxLength, beams, lengthPenalty, sampling, number, prefix, banned);
  }

  /** The same with a least length. */
  public DecodingOptions withMinLength(int tokens) {
    return new DecodingOptions(
        tokens, maxLength, beams, lengthPenalty, sampling, best, prefix, banned);
  }

  /** The same with a forced beginning. */
  public DecodingOptions withPrefix(List<Integer> tokens) {
    return new DecodingOptions(
        minLength, maxLength, beams, lengthPenalty, sampling, best, tokens, banned);
  }

  /** The same without those tokens. */
  public DecodingOptions withBanned(BitSet ids) {
    return new DecodingOptions(
        minLength, maxLength, beams, lengthPenalty, sampling, best, prefix, ids);
  }
}
