package org.palimpsest.objective.errors;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.text.Description;
import org.palimpsest.objective.text.Limits;

/**
 * Something is taken for something else, as a table says: a neighbor of the key, what a scanner
 * reads, what a listener hears. The text is read from left to right. At each character at which
 * entries match, one error happens with probability {@code rate}; which one is uniform among all
 * that the matching entries name, and it replaces all that its entry covers.
 *
 * <p>Examples, rate 0.1: keyboard {@code qwerty}: {@code The old miller likes his horse.} → {@code
 * The ild miller lijes his horse.}; {@code ocr}: {@code The 0ld rniller likes his horse.}; {@code
 * speech}: {@code The old miler lykes his horse.}; {@code homophones}: {@code They heard it there.}
 * → {@code They herd it their.}
 *
 * <p>Traps: the unit is errors per character that the table knows; of a text in another script than
 * the table's only few characters are. A character with a mark, such as {@code é}, is a character
 * of its own and needs an entry of its own. {@code homophones} replaces whole words, each with
 * probability min(1, rate · its characters), so that its unit is the same.
 *
 * @param source where the table comes from
 * @param table what is taken for what
 * @param rate errors per character that has an entry, in [0, 1]
 */
public record ConfusionErrors(Source source, ConfusionTable table, double rate)
    implements TextError {
  private static final List<String> TABLES = List.of("ocr", "speech", "homophones");

  /**
   * Where a table comes from.
   *
   * @param kind {@code keyboard}, {@code confusions}
   * @param name of a table in the jar; empty for a user's
   * @param unit what an entry covers
   */
  record Source(String kind, String name, Unit unit) implements java.io.Serializable {}

  /** What an entry covers. */
  public enum Unit {
    CHARACTERS,
    WORDS
  }

  public ConfusionErrors {
    Limits.share("rate of " + source.kind, rate);
  }

  /**
   * A slip to a neighbor of the key.
   *
   * @param layout {@code qwerty}, {@code qwertz}, {@code azerty}, {@code jcuken}
   */
  public static ConfusionErrors keyboard(String layout, double rate) {
    return new ConfusionErrors(
        new Source("keyboard", layout, Unit.CHARACTERS), BuiltInTables.keyboard(layout), rate);
  }

  /**
   * A table of the jar.
   *
   * @param name {@code ocr}, {@code speech}, {@code homophones}
   */
  public static ConfusionErrors named(String name, double rate) {
    if (!TABLES.contains(name)) {
      throw BuiltInTables.unknown("confusion table", name, TABLES);
    }
    boolean shapes = name.equals("ocr");
    Unit unit = name.equals("homophones") ? Unit.WORDS : Unit.CHARACTERS;
    ConfusionTable.Letters letters =
        shapes ? ConfusionTable.Letters.EXACT : ConfusionTable.Letters.FOLLOW;
    return new ConfusionErrors(
        new Source("confusions", name, unit), BuiltInTables.named(name, letters), rate);
  }

  /**
   * A table of one's own.
   *
   * @param lines of the table: what is meant, and behind a space what comes out
   * @param exactCase whether capitals are characters of their own
   */
  public static ConfusionErrors of(List<String> lines, Case exactCase, Unit unit, double rate) {
    return of(lines, exactCase, unit, rate, "in entries");
  }

  /** The same from a file in UTF-8 on this machine. */
  public static ConfusionErrors file(String path, Case exactCase, Unit unit, double rate) {
    try {
      List<String> lines = Files.readAllLines(Path.of(path), StandardCharsets.UTF_8);
      return of(lines, exactCase, unit, rate, path);
    } catch (IOException | InvalidPathException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CONFIGURATION,
          "The confusion table "
              + path
              + " cannot be read; name a text file in UTF-8 on the machine of the driver.",
          e);
    }
  }

  /** Whether capitals are characters of their own. */
  public enum Case {
    FOLLOW,
    EXACT
  }

  private static ConfusionErrors of(
      List<String> lines, Case exactCase, Unit unit, double rate, String place) {
    ConfusionTable.Letters letters = ConfusionTable.Letters.valueOf(exactCase.name());
    return new ConfusionErrors(
        new Source("confusions", "", unit), new ConfusionTable(lines, letters, place), rate);
  }

  @Override
  public void apply(TextDraft text, NoiseRandom random) {
    if (source.unit == Unit.WORDS) {
      wholeWords(text, random);
    } else {
      characters(text, random);
    }
    text.commit();
  }

  private void characters(TextDraft text, NoiseRandom random) {
    Characters characters = text.characters();
    long threshold = NoiseRandom.threshold(rate);
    int k = 0;
    while (k < characters.count()) {
      int from = characters.start(k);
      int outcomes = outcomes(text, characters, k);
      if (outcomes == 0 || !random.chance(threshold)) {
        text.keep(from, characters.end(k));
        k++;
      } else {
        k = replace(text, characters, k, random.below(outcomes));
      }
    }
  }

  /** How many errors may happen at a character. */
  private int outcomes(TextDraft text, Characters characters, int k) {
    int outcomes = 0;
    int from = characters.start(k);
    for (int last = k; last < characters.count(); last++) {
      int to = characters.end(last);
      if (to - from > table.longest()) {
        break;
      }
      String[] seen = table.of(text, from, to);
      outcomes += seen == null ? 0 : seen.length;
    }
    return outcomes;
  }

  /** Writes one of them; gives the next character. */
  private int replace(TextDraft text, Characters characters, int k, int drawn) {
    int from = characters.start(k);
    int left = drawn;
    for (int last = k; ; last++) {
      String[] seen = table.of(text, from, characters.end(last));
      int here = seen == null ? 0 : seen.length;
      if (left < here) {
        table.write(seen[left], text, from, characters.end(last));
        return last + 1;
      }
      left -= here;
    }
  }

  /** A word is what is between its first and its last letter or digit. */
  private void wholeWords(TextDraft text, NoiseRandom random) {
    Words words = text.words();
    int kept = 0;
    for (int k = 0; k < words.count(); k++) {
      int from = words.start(k);
      int to = words.end(k);
      while (from < to && !TextDraft.isWordPart(text.codePoint(from))) {
        from++;
      }
      while (to > from && !TextDraft.isWordPart(text.at(to - 1))) {
        to--;
      }
      String[] seen = from < to ? table.of(text, from, to) : null;
      if (seen != null && random.unit() < rate * (to - from)) {
        text.keep(kept, from);
        table.write(seen[random.below(seen.length)], text, from, to);
        kept = to;
      }
    }
    text.keep(kept, text.length());
  }

  @Override
  public double errorsPerCharacter() {
    return rate;
  }

  @Override
  public Map<String, Object> describe() {
    if (source.kind.equals("keyboard")) {
      return Description.of("kind", "keyboard", "layout", source.name, "rate", rate);
    }
    if (!source.name.isEmpty()) {
      return Description.of("kind", "confusions", "table", source.name, "rate", rate);
    }
    return Description.of(
        "kind",
        "confusions",
        "entries",
        table.lines(),
        "case",
        Section.kebab(table.letters()),
        "unit",
        Section.kebab(source.unit),
        "rate",
        rate);
  }
}
