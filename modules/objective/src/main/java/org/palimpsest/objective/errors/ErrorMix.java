package org.palimpsest.objective.errors;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Errors that come together, with one strength for all. Each kind has a fixed share of it, so twice
 * the rate is twice as many errors of each kind.
 *
 * <p>The shares are estimates of this project: most slips of typists are neighbors of the key,
 * omissions and transpositions come next; scanners mostly confuse shapes, and misread spaces;
 * listeners mostly confuse sounds and words that sound alike.
 *
 * <p>Example, rate 0.1: keyboard: {@code The old miller likes his horse.} → {@code The ild miler
 * likes hsi horse.}
 */
public enum ErrorMix {
  /** What a typist does: slips of the finger, and characters left out, doubled, and swapped. */
  KEYBOARD {
    @Override
    List<Part> parts(String layout) {
      return List.of(
          new Part(0.45, rate -> ConfusionErrors.keyboard(layout, rate)),
          characters(0.2, CharacterErrors.Change.DROPPED),
          characters(0.1, CharacterErrors.Change.DOUBLED),
          characters(0.15, CharacterErrors.Change.SWAPPED),
          words(0.05, WordErrors.Change.MERGED),
          words(0.05, WordErrors.Change.SPLIT));
    }
  },
  /** What a scanner does: shapes that look alike, lost characters, and wrong spaces. */
  OCR {
    @Override
    List<Part> parts(String layout) {
      return List.of(
          new Part(0.8, rate -> ConfusionErrors.named("ocr", rate)),
          characters(0.05, CharacterErrors.Change.DROPPED),
          words(0.05, WordErrors.Change.MERGED),
          words(0.1, WordErrors.Change.SPLIT));
    }
  },
  /** What a listener does: sounds and words that sound alike, words left out and repeated. */
  SPEECH {
    @Override
    List<Part> parts(String layout) {
      return List.of(
          new Part(0.5, rate -> ConfusionErrors.named("speech", rate)),
          new Part(0.3, rate -> ConfusionErrors.named("homophones", rate)),
          words(0.1, WordErrors.Change.DROPPED),
          words(0.1, WordErrors.Change.DOUBLED));
    }
  };

  /** A kind of error and its share of all. */
  record Part(double share, DoubleFunction<TextError> error) {}

  /** The kinds; the shares sum to 1. */
  abstract List<Part> parts(String layout);

  private static Part characters(double share, CharacterErrors.Change change) {
    return new Part(share, rate -> new CharacterErrors(change, rate));
  }

  private static Part words(double share, WordErrors.Change change) {
    return new Part(share, rate -> new WordErrors(change, rate));
  }

  /**
   * The errors of the mix.
   *
   * @param rate errors per character of all together, in [0, 1]; each kind counts the characters
   *     that it can change
   * @param layout of the keyboard, for slips: {@code qwerty}, {@code qwertz}, {@code azerty},
   *     {@code jcuken}
   */
  public List<TextError> errors(double rate, String layout) {
    List<TextError> errors = new ArrayList<>();
    parts(layout).forEach(part -> errors.add(part.error().apply(part.share() * rate)));
    return errors;
  }
}
