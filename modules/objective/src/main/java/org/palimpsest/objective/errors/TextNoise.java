package org.palimpsest.objective.errors;

import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.structure.StructuralStep;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Rounding;

/**
 * Corrupts the text itself, before the noise mask: tokens are decoded, the errors change the text
 * one after the other, and what changed is encoded again. Corpora keep no text for that; any corpus
 * will do. Words that no error changed keep their tokens exactly, even if the tokenizer would cut
 * the decoded text differently, and the target is the block as it was.
 *
 * <p>Example, {@code errors = [{ kind = keyboard, rate = 0.1 }]} in a vocabulary of words and
 * letters: {@code The| old| miller} → {@code The| |i|l|d| miller}.
 *
 * <p>Error k has draws of its own, so another rate of one leaves those of the others as they were,
 * as far as it leaves them the same text.
 *
 * <p>Roles: tokens of changed words that the source still has in their order are kept, the others
 * are corrupted; tokens of whole words that changed places are moved.
 *
 * <p>Traps: misspelled words have more tokens; {@link #lengthAfter} expects about 6 % more for each
 * error in a hundred characters. A source may have up to {@link #longestAfter}; a text that would
 * have more stays as it is and is counted as an overflow. A noise mask after it covers only words
 * that it left alone. A character that a block's end or an unknown token cuts is not changed.
 *
 * @param errors in this order
 */
public record TextNoise(List<TextError> errors) implements StructuralStep {

  public TextNoise {
    errors = List.copyOf(errors);
    if (errors.isEmpty()) {
      throw PalimpsestException.configuration(
          "The step text-noise has no errors; list some, such as errors = [{ kind = keyboard, rate"
              + " = 0.05 }].");
    }
  }

  /** The strength: expected errors per character of an ordinary text. */
  public double errorsPerCharacter() {
    return errors.stream().mapToDouble(TextError::errorsPerCharacter).sum();
  }

  @Override
  public void apply(CorruptionContext bench) {
    bench
        .tool(Retokenizer.class, Retokenizer::new)
        .apply(errors, bench, longestAfter(bench.draft.length));
  }

  /**
   * An estimate: a misspelled word has almost two tokens more, and no text has more tokens than
   * characters.
   */
  @Override
  public double lengthAfter(double tokens) {
    return tokens * (1 + 2.5 * -StrictMath.expm1(-2.4 * errorsPerCharacter()));
  }

  @Override
  public int longestAfter(int tokens) {
    double growth = 4.5 * -StrictMath.expm1(-3.5 * errorsPerCharacter());
    return errorsPerCharacter() == 0 ? tokens : Rounding.up(tokens * (1 + growth)) + 8;
  }

  @Override
  public boolean changesText() {
    return true;
  }

  @Override
  public boolean readsText() {
    return true;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of(
        "kind", "text-noise", "errors", errors.stream().map(TextError::describe).toList());
  }
}
