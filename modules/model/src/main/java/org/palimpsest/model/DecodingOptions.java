package org.palimpsest.model;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.palimpsest.base.PalimpsestException;

/**
 * Options of text generation: beam search, greedy decoding (one beam), or sampling.
 *
 * @param length of the output
 * @param search how the output is found
 * @param constraints what the output must and must not contain
 */
public record DecodingOptions(Length length, Search search, Constraints constraints) {

  /** The end of a beam search, as Hugging Face's {@code early_stopping} says. */
  public enum End {
    /** When no unfinished text can score better than the worst of as many texts as beams. */
    WHEN_NONE_IS_BETTER,
    /** When as many texts as beams are finished. */
    WHEN_ENOUGH
  }

  /**
   * Length of the output.
   *
   * @param min {@code </s>} is not allowed before this many tokens
   * @param max longest output in tokens, without {@code </s>}
   */
  public record Length(int min, int max) {
    public Length {
      if (max < 1) {
        throw tooSmall();
      }
      if (min < 0 || min > max) {
        throw PalimpsestException.configuration(
            "The minimum length "
                + min
                + " must be between 0 and the maximum length, "
                + max
                + ": lower it.");
      }
    }
  }

  /**
   * How the output is found.
   *
   * @param beams number of beams; 1 is greedy
   * @param lengthPenalty exponent of the length that divides a hypothesis' score
   * @param sampling random choice of tokens; empty for the best tokens; requires one beam
   * @param best hypotheses per source: the best of the beams, at most as many as beams, or
   *     independent samples
   * @param end when a beam search ends
   */
  public record Search(
      int beams, double lengthPenalty, Optional<Sampling> sampling, int best, End end) {
    public Search {
      if (beams < 1) {
        throw tooSmall();
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
    }

    private Search withBest(int number) {
      return new Search(beams, lengthPenalty, sampling, number, end);
    }

    private Search endingWhen(End other) {
      return new Search(beams, lengthPenalty, sampling, best, other);
    }
  }

  /**
   * What the output must and must not contain.
   *
   * @param prefix first tokens of every output
   * @param banned ids that never occur except in the prefix
   * @param unwanted sequences of tokens that never occur
   * @param start first input of the decoder; empty for that of the model
   */
  public record Constraints(
      List<Integer> prefix, BitSet banned, Unwanted unwanted, OptionalInt start) {
    /** No constraints. */
    public static final Constraints NONE =
        new Constraints(List.of(), new BitSet(), Unwanted.NOTHING, OptionalInt.empty());

    public Constraints {
      prefix = List.copyOf(prefix);
      banned = (BitSet) banned.clone();
    }
  }

  public DecodingOptions {
    if (constraints.prefix.size() > length.max) {
      throw PalimpsestException.configuration(
          "A prefix of "
              + constraints.prefix.size()
              + " tokens is longer than the maximum length, "
              + length.max
              + ": shorten it.");
    }
  }

  /** Beam search. */
  public DecodingOptions(int maxLength, int beams, double lengthPenalty) {
    this(
        new Length(0, maxLength),
        new Search(beams, lengthPenalty, Optional.empty(), 1, End.WHEN_NONE_IS_BETTER),
        Constraints.NONE);
  }

  /** Greedy decoding. */
  public static DecodingOptions greedy(int maxLength) {
    return new DecodingOptions(maxLength, 1, 1.0);
  }

  /** Sampling. */
  public static DecodingOptions sampled(int maxLength, Sampling sampling) {
    return new DecodingOptions(
        new Length(0, maxLength),
        new Search(1, 1.0, Optional.of(sampling), 1, End.WHEN_NONE_IS_BETTER),
        Constraints.NONE);
  }

  private static PalimpsestException tooSmall() {
    return PalimpsestException.configuration(
        "Decoding needs at least one beam and a length of at least 1: set both to 1 or more.");
  }

  public int minLength() {
    return length.min;
  }

  public int maxLength() {
    return length.max;
  }

  public int beams() {
    return search.beams;
  }

  public double lengthPenalty() {
    return search.lengthPenalty;
  }

  public Optional<Sampling> sampling() {
    return search.sampling;
  }

  public int best() {
    return search.best;
  }

  public End end() {
    return search.end;
  }

  public List<Integer> prefix() {
    return constraints.prefix;
  }

  public BitSet banned() {
    return constraints.banned;
  }

  public Unwanted unwanted() {
    return constraints.unwanted;
  }

  public OptionalInt start() {
    return constraints.start;
  }

  /** The same with another number of hypotheses per source. */
  public DecodingOptions withBest(int number) {
    return new DecodingOptions(length, search.withBest(number), constraints);
  }

  /** The same with another minimum length. */
  public DecodingOptions withMinLength(int tokens) {
    return new DecodingOptions(new Length(tokens, length.max), search, constraints);
  }

  /** The same with a forced prefix. */
  public DecodingOptions withPrefix(List<Integer> tokens) {
    return with(new Constraints(tokens, banned(), unwanted(), start()));
  }

  /** The same with banned tokens. */
  public DecodingOptions withBanned(BitSet ids) {
    return with(new Constraints(prefix(), ids, unwanted(), start()));
  }

  /** The same with unwanted sequences. */
  public DecodingOptions without(Unwanted sequences) {
    return with(new Constraints(prefix(), banned(), sequences, start()));
  }

  /** The same with another first input of the decoder. */
  public DecodingOptions startingWith(int token) {
    return with(new Constraints(prefix(), banned(), unwanted(), OptionalInt.of(token)));
  }

  /** The same with another end of a beam search. */
  public DecodingOptions endingWhen(End other) {
    return new DecodingOptions(length, search.endingWhen(other), constraints);
  }

  private DecodingOptions with(Constraints other) {
    return new DecodingOptions(length, search, other);
  }
}
