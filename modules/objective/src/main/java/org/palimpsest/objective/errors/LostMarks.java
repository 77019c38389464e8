package org.palimpsest.objective.errors;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import com.ibm.icu.text.Normalizer2;
import java.util.Map;
import org.palimpsest.base.Section;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;

/**
 * What hurried writers and old systems leave out: capitals become small letters, punctuation is
 * left out, letters lose their marks. Each capital, each sign, or each letter with a mark is hit
 * independently of the others; rate 1 loses all of them.
 *
 * <p>Examples, rate 1: case: {@code "Où est Émile?" sagte Änne.} → {@code "où est émile?" sagte
 * änne.}; punctuation: {@code Où est Émile sagte Änne}; diacritics: {@code "Ou est Emile?" sagte
 * Anne.}
 *
 * <p>Traps: the unit is errors per capital, sign, or letter with a mark, not per character of the
 * text. Letters are lowered one by one without a language's rules, so Turkish {@code I} becomes
 * {@code i}. Marks are those of Latin, Greek, Cyrillic, Hebrew and Arabic letters, so {@code й}
 * becomes {@code и}; the vowel signs of Indic scripts are letters, and stay; {@code ø}, {@code ł}
 * and {@code ß} are letters without a mark.
 *
 * @param mark what is lost
 * @param rate errors per character that has such a mark, in [0, 1]
 */
public record LostMarks(Mark mark, double rate) implements TextError {
  /** Of characters in ordinary Latin text, the share that has the mark; more in others. */
  private static final double CAPITALS = 0.05;

  private static final double DIACRITICS = 0.25;

  /** What is lost. */
  public enum Mark {
    CASE,
    PUNCTUATION,
    DIACRITICS
  }

  public LostMarks {
    Limits.share("rate of " + kind(mark), rate);
  }

  private static String kind(Mark mark) {
    return "lost-" + Section.kebab(mark);
  }

  @Override
  public void apply(TextDraft text, NoiseRandom random) {
    long threshold = NoiseRandom.threshold(rate);
    switch (mark) {
      case CASE -> lower(text, random, threshold);
      case PUNCTUATION -> dropSigns(text, random, threshold);
      case DIACRITICS -> dropMarks(text, random, threshold);
    }
    text.commit();
  }

  private static void lower(TextDraft text, NoiseRandom random, long threshold) {
    int kept = 0;
    for (int at = 0; at < text.length(); ) {
      int letter = text.codePoint(at);
      int end = at + Character.charCount(letter);
      int small = UCharacter.toLowerCase(letter);
      if (small != letter && random.chance(threshold)) {
        text.keep(kept, at);
        text.write(small);
        kept = end;
      }
      at = end;
    }
    text.keep(kept, text.length());
  }

  private static void dropSigns(TextDraft text, NoiseRandom random, long threshold) {
    Characters characters = text.characters();
    for (int k = 0; k < characters.count(); k++) {
      int from = characters.start(k);
      if (isPunctuation(text.codePoint(from)) && random.chance(threshold)) {
        text.noteChange();
      } else {
        text.keep(from, characters.end(k));
      }
    }
  }

  private static boolean isPunctuation(int codePoint) {
    return switch (UCharacter.getType(codePoint)) {
      case UCharacterCategory.CONNECTOR_PUNCTUATION,
          UCharacterCategory.DASH_PUNCTUATION,
          UCharacterCategory.START_PUNCTUATION,
          UCharacterCategory.END_PUNCTUATION,
          UCharacterCategory.INITIAL_PUNCTUATION,
          UCharacterCategory.FINAL_PUNCTUATION,
          UCharacterCategory.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  private static void dropMarks(TextDraft text, NoiseRandom random, long threshold) {
    Characters characters = text.characters();
    for (int k = 0; k < characters.count(); k++) {
      int from = characters.start(k);
      int to = characters.end(k);
      if (hasMark(text, from, to) && random.chance(threshold)) {
        writeBare(text, from, to);
      } else {
        text.keep(from, to);
      }
    }
  }

  private static boolean hasMark(TextDraft text, int from, int to) {
    for (int at = from; at < to; at++) {
      char c = text.at(at);
      if (c >= 0x80 && (isMark(c) || decomposes(c))) {
        return true;
      }
    }
    return false;
  }

  private static boolean decomposes(char c) {
    String parts = c < 0xC0 ? null : Normalizer2.getNFDInstance().getDecomposition(c);
    return parts != null && parts.length() > 1 && isMark(parts.charAt(parts.length() - 1));
  }

  private static void writeBare(TextDraft text, int from, int to) {
    for (int at = from; at < to; at++) {
      char c = text.at(at);
      String parts = c < 0xC0 ? null : Normalizer2.getNFDInstance().getDecomposition(c);
      if (parts == null) {
        if (!isMark(c)) {
          text.write(c);
        }
        continue;
      }
      for (int part = 0; part < parts.length(); part++) {
        if (!isMark(parts.charAt(part))) {
          text.write(parts.charAt(part));
        }
      }
    }
    text.noteChange();
  }

  /** Combining diacritical marks; Hebrew points; Arabic signs of vowels and doubling. */
  private static boolean isMark(char c) {
    return (c >= 0x0300 && c < 0x0370)
        || (c >= 0x0591
            && c < 0x05C8
            && UCharacter.getType(c) == UCharacterCategory.NON_SPACING_MARK)
        || (c >= 0x064B && c < 0x0653)
        || c == 0x0670
        || (c >= 0x1DC0 && c < 0x1E00);
  }

  @Override
  public double errorsPerCharacter() {
    return switch (mark) {
      case CASE -> CAPITALS * rate;
      case PUNCTUATION -> 0;
      case DIACRITICS -> DIACRITICS * rate;
    };
  }

  @Override
  public Map<String, Object> describe() {
    return Description.of("kind", kind(mark), "rate", rate);
  }
}
