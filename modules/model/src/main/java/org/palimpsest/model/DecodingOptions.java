package org.palimpsest.model;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.palimpsest.base.PalimpsestException;

/**
 * Options of text generation: beam search, greedy decoding (one beam), or sampling.
 *
 * @param minLength {@code </s>} is not allowed before this many tokens
 * @param maxLength longest output in tokens, without {@code </s>}
 * @param beams number of beams; 1 is greedy
 * @param lengthPenalty exponent of the length that divides a hypothesis' score
 * @param sampling random choice of tokens; empty for the best tokens; requires one beam
 * @param best hypotheses per source: the best of the beams, at most as many as beams, or
 *     independent samples
 * @param prefix first tokens of every output
 * @param banned ids that never occur except in the prefix
 * @param unwanted sequences of tokens that never occur
 * @param start first input of the decoder; empty for that of the model
 * @param end when a beam search ends
 */
public record DecodingOptions(
    int minLength,
    int maxLength,
    int beams,
    double lengthPenalty,
    Optional<Sampling> sampling,
    int best,
    List<Integer> prefix,
    BitSet banned,
    Unwanted unwanted,
    OptionalInt start,
    End end) {

  /** The end of a beam search, as Hugging Face's {@code early_stopping} says. */
  public enum End {
    /** When no unfinished text can score better than the worst of as many texts as beams. */
    WHEN_NONE_IS_BETTER,
    /** When as many texts as beams are finished. */
    WHEN_ENOUGH
  }

  public DecodingOptions {
    prefix = List.copyOf(prefix);
    banned = (BitSet) banned.clone();
    if (beams < 1 || maxLength < 1) {
      throw PalimpsestException.configuration(
          "Decoding needs at least one beam and a length of at least 1: set both to 1 or more.");
    }
    if (minLength < 0 || minLength > maxLength) {
      throw PalimpsestException.configuration(
          "The minimum length "
              + minLength
              + " must be between 0 and the maximum length, "
              + maxLength
              + ": lower it.");
    }
    if (sampling.isPresent() && beams > 1) {
      throw PalimpsestException.configuration(
          "Sampling and beam search exclude each other: set the beams to 1.");
    }
    if (best < 1 || (sampling.isEmpty() && best > beams)) {
      throw PalimpsestException.configuration(
          "A search with "
              + beams
              + " beams cannot return "
              + best
              + " texts: request at least 1 and at most as many as beams.");
    }
    if (prefix.size() > maxLength) {
      throw PalimpsestException.configuration(
          "A prefix of "
              + prefix.size()
              + " tokens is longer than the maximum length, "
              + maxLength
              + ": shorten it.");
    }
  }

  /** Without unwanted sequences, from the model's start. */
  public DecodingOptions(
      int minLength,
      int maxLength,
      int beams,
      double lengthPenalty,
      Optional<Sampling> sampling,
      int best,
      List<Integer> prefix,
      BitSet banned) {
    this(
        minLength,
        maxLength,
        beams,
        lengthPenalty,
        sampling,
        best,
        prefix,
        banned,
        Unwanted.NOTHING,
        OptionalInt.empty(),
        End.WHEN_NONE_IS_BETTER);
  }

  /** Beam search. */
  public DecodingOptions(int maxLength, int beams, double lengthPenalty) {
    this(0, maxLength, beams, lengthPenalty, Optional.empty(), 1, List.of(), new BitSet());
  }

  /** Greedy decoding. */
  public static DecodingOptions greedy(int maxLength) {
    return new DecodingOptions(maxLength, 1, 1.0);
  }

  /** Sampling. */
  public static DecodingOptions sampled(int maxLength, Sampling sampling) {
    return new DecodingOptions(
        0, maxLength, 1, 1.0, Optional.of(sampling), 1, List.of(), new BitSet());
  }

  /** The same with another number of hypotheses per source. */
  public DecodingOptions withBest(int number) {
    return new DecodingOptions(
        minLength,
        maxLength,
        beams,
        lengthPenalty,
        sampling,
        number,
        prefix,
        banned,
        unwanted,
        start,
        end);
  }

  /** The same with another minimum length. */
  public DecodingOptions withMinLength(int tokens) {
    return new DecodingOptions(
        tokens,
        maxLength,
        beams,
        lengthPenalty,
        sampling,
        best,
        prefix,
        banned,
        unwanted,
        start,
        end);
  }

  /** The same with a forced prefix. */
  public DecodingOptions withPrefix(List<Integer> tokens) {
    return new DecodingOptions(
        minLength,
        maxLength,
        beams,
        lengthPenalty,
        sampling,
        best,
        tokens,
        banned,
        unwanted,
        start,
        end);
  }

  /** The same with banned tokens. */
  public DecodingOptions withBanned(BitSet ids) {
    return new DecodingOptions(
        minLength,
        maxLength,
        beams,
        lengthPenalty,
        sampling,
        best,
        prefix,
        ids,
        unwanted,
        start,
        end);
  }

  /** The same with unwanted sequences. */
  public DecodingOptions without(Unwanted sequences) {
    return new DecodingOptions(
        minLength,
        maxLength,
        beams,
        lengthPenalty,
        sampling,
        best,
        prefix,
        banned,
        sequences,
        start,
        end);
  }

  /** The same with another first input of the decoder. */
  public DecodingOptions startingWith(int token) {
    return new DecodingOptions(
        minLength,
        maxLength,
        beams,
        lengthPenalty,
        sampling,
        best,
        prefix,
        banned,
        unwanted,
        OptionalInt.of(token),
        end);
  }

  /** The same with another end of a beam search. */
  public DecodingOptions endingWhen(End other) {
    return new DecodingOptions(
        minLength,
        maxLength,
        beams,
        lengthPenalty,
        sampling,
        best,
        prefix,
        banned,
        unwanted,
        start,
        other);
  }
}
