package org.palimpsest.objective.errors;

import java.util.Map;
import org.palimpsest.base.Section;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;

/**
 * A word is dropped, doubled, swapped with the next one, merged with it, or split. The unit is
 * errors per character here, too: a word of n {@code char}s is hit with probability min(1, rate ·
 * n), so a rate has the same strength in languages of long and of short words. Rate 0.02 hits every
 * tenth English word.
 *
 * <p>Examples, rate 0.05: dropped: {@code The old miller likes his horse.} → {@code The old likes
 * his horse.}; doubled: {@code The old miller miller likes his horse.}; swapped: {@code The old
 * likes miller his horse.}; merged: {@code The oldmiller likes his horse.}; split: {@code The old
 * mil ler likes his horse.}
 *
 * <p>Traps: punctuation goes with its word. The last word of a text is not dropped if all others
 * were. A word takes part in one swap only, and words on both sides of a separator of documents are
 * not neighbors. Where a script writes no spaces, words are found with ICU's dictionaries, a
 * doubled word gets no space, and nothing is merged.
 *
 * @param change what happens
 * @param rate errors per character, in [0, 1]
 */
public record WordErrors(Change change, double rate) implements TextError {
  /** What happens to a word. */
  public enum Change {
    DROPPED,
    DOUBLED,
    SWAPPED,
    MERGED,
    SPLIT
  }

  public WordErrors {
    Limits.share("rate of " + kind(change), rate);
  }

  private static String kind(Change change) {
    return Section.kebab(change) + "-words";
  }

  @Override
  public void apply(TextDraft text, NoiseRandom random) {
    Words words = text.words();
    int left = words.count();
    int kept = 0;
    for (int k = 0; k < words.count(); k++) {
      int from = words.start(k);
      int to = words.end(k);
      boolean pair = change == Change.SWAPPED || change == Change.MERGED;
      boolean place = !pair || isFollowed(text, words, k);
      if (!place || random.unit() >= rate * (to - from)) {
        continue;
      }
      switch (change) {
        case DROPPED -> {
          if (left > 1) {
            left--;
            kept = drop(text, kept, from, to);
          }
        }
        case DOUBLED -> {
          boolean spaced = (from > 0 && isSpaceAt(text, from - 1)) || isSpaceAt(text, to);
          text.keep(kept, to);
          if (spaced) {
            text.write(' ');
          }
          text.repeat(from, to);
          kept = to;
        }
        case SWAPPED -> {
          k++;
          text.keep(kept, from);
          text.keep(words.start(k), words.end(k));
          text.keep(to, words.start(k));
          text.keep(from, to);
          text.noteChange();
          kept = words.end(k);
        }
        case MERGED -> {
          text.keep(kept, to);
          kept = words.start(k + 1);
          if (kept > to) {
            text.noteChange();
          }
        }
        case SPLIT -> kept = split(text, kept, from, to, random);
      }
    }
    text.keep(kept, text.length());
    text.commit();
  }

  private static boolean isSpaceAt(TextDraft text, int at) {
    return at < text.length() && TextDraft.isSpace(text.at(at));
  }

  /** Whether only spaces stand between a word and the next one. */
  private static boolean isFollowed(TextDraft text, Words words, int k) {
    if (k + 1 == words.count()) {
      return false;
    }
    for (int at = words.end(k); at < words.start(k + 1); at++) {
      if (text.at(at) == TextDraft.BARRIER) {
        return false;
      }
    }
    return true;
  }

  /** The space before a word goes with it; of a first word also the space behind it. */
  private static int drop(TextDraft text, int kept, int from, int to) {
    int start = from;
    while (start > kept && TextDraft.isSpace(text.at(start - 1))) {
      start--;
    }
    text.keep(kept, start);
    text.noteChange();
    int end = to;
    if (text.isAtStart()) {
      while (isSpaceAt(text, end)) {
        end++;
      }
    }
    return end;
  }

  private static int split(TextDraft text, int kept, int from, int to, NoiseRandom random) {
    Characters characters = text.characters();
    int first = 0;
    while (characters.start(first) < from) {
      first++;
    }
    int inside = 0;
    while (characters.end(first + inside) < to) {
      inside++;
    }
    if (inside == 0) {
      return kept;
    }
    int cut = characters.end(first + random.below(inside));
    text.keep(kept, cut);
    text.write(' ');
    return cut;
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
