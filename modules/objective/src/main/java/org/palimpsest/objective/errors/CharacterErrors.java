package org.palimpsest.objective.errors;

import java.util.Map;
import org.palimpsest.base.Section;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;

/**
 * A character is dropped, doubled, or swapped with the next one of its word, each independently of
 * the others. Spaces stay: {@link WordErrors} merges and splits words.
 *
 * <p>Examples, rate 0.1: dropped: {@code The old miller likes his horse.} → {@code The od miller
 * likes hi horse.}; doubled: {@code The old milller likes hiis horse.}; swapped: {@code The odl
 * miller liksehis horse.} never happens, because a space stays: {@code The odl miller lieks his
 * horse.}
 *
 * <p>Traps: a doubled letter of a pair ({@code ll} → {@code lll}) and a swap of equal letters look
 * as if another one or none had been hit. The last character of a text is never dropped if all
 * others were. A character takes part in one swap only: swaps are drawn with probability r / (1 −
 * r), so that there are r per character within long words; the last character of a word has none.
 *
 * @param change what happens
 * @param rate errors per character that is no space, in [0, 1]; of swaps in [0, 0.5]
 */
public record CharacterErrors(Change change, double rate) implements TextError {
  /** What happens to a character. */
  public enum Change {
    DROPPED,
    DOUBLED,
    SWAPPED
  }

  public CharacterErrors {
    Limits.between("rate of " + kind(change), rate, 0, change == Change.SWAPPED ? 0.5 : 1);
  }

  private static String kind(Change change) {
    return Section.kebab(change) + "-characters";
  }

  @Override
  public void apply(TextDraft text, NoiseRandom random) {
    Characters characters = text.characters();
    boolean swaps = change == Change.SWAPPED;
    long threshold = NoiseRandom.threshold(swaps ? rate / (1 - rate) : rate);
    int visible = visible(text, characters);
    for (int k = 0; k < characters.count(); k++) {
      int from = characters.start(k);
      int to = characters.end(k);
      boolean place = text.isVisible(from) && (!swaps || isFollowed(text, characters, k));
      if (!place || !random.chance(threshold)) {
        text.keep(from, to);
      } else if (change == Change.DOUBLED) {
        text.keep(from, to);
        text.repeat(from, to);
      } else if (swaps) {
        k++;
        text.keep(to, characters.end(k));
        text.keep(from, to);
        text.noteChange();
      } else if (visible == 1) {
        text.keep(from, to);
      } else {
        visible--;
        text.noteChange();
      }
    }
    text.commit();
  }

  private static int visible(TextDraft text, Characters characters) {
    int visible = 0;
    for (int k = 0; k < characters.count(); k++) {
      visible += text.isVisible(characters.start(k)) ? 1 : 0;
    }
    return visible;
  }

  private static boolean isFollowed(TextDraft text, Characters characters, int k) {
    return k + 1 < characters.count() && text.isVisible(characters.start(k + 1));
  }

  @Override
  public double errorsPerCharacter() {
    return rate;
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", kind(change), "rate", rate);
  }
}
