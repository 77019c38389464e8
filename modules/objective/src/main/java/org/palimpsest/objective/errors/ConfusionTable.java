package org.palimpsest.objective.errors;

import com.ibm.icu.lang.UCharacter;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.palimpsest.base.PalimpsestException;

/**
 * What is taken for what. A table is a text: a line has what is meant and, after a space or tab,
 * what may come out instead, all equally likely; lines with the same beginning add up. What begins
 * with {@code #} is a comment, empty lines do not count, and a line with nothing else takes nothing
 * for anything and is refused.
 *
 * <pre>
 * # meant  seen
 * rn       m
 * l        1 I |
 * </pre>
 *
 * <p>Entries of one or of several characters may stand side by side. With {@link Letters#FOLLOW} an
 * entry also matches in capitals, and what comes out has capitals where the text had them ({@code
 * Th → F} from {@code th → f}); with {@link Letters#EXACT} it is about shapes, and {@code l} and
 * {@code L} are strangers.
 */
final class ConfusionTable implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Pattern GAP = Pattern.compile("\\s+");

  /** Whether capitals count. */
  enum Letters {
    FOLLOW,
    EXACT
  }

  private final String[] lines;
  private final Letters letters;

  /** An open hash table: meant texts at their hash or behind it. */
  private transient String[] meant;

  private transient String[][] seen;
  private transient int longest;

  /**
   * Reads a table.
   *
   * @param place where the lines come from, for messages
   * @throws PalimpsestException of kind CONFIGURATION if a line is no entry
   */
  ConfusionTable(List<String> lines, Letters letters, String place) {
    this.letters = letters;
    Map<String, Set<String>> entries = new LinkedHashMap<>();
    List<String> kept = new ArrayList<>();
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        entry(line, entries, place + ", line " + (at + 1));
        kept.add(line);
      }
    }
    if (entries.isEmpty()) {
      throw PalimpsestException.configuration(
          "The confusion table "
              + place
              + " has no entries; give it lines such as 'rn m': what is meant, and what comes"
              + " out.");
    }
    this.lines = kept.toArray(new String[0]);
    index(entries);
  }

  private void entry(String line, Map<String, Set<String>> entries, String place) {
    String[] parts = GAP.split(line, -1);
    if (parts.length < 2) {
      throw PalimpsestException.configuration(
          "The confusion table "
              + place
              + " has '"
              + line
              + "' without what comes out of it; write it behind a space.");
    }
    for (int k = 1; k < parts.length; k++) {
      if (parts[k].equals(parts[0])) {
        throw PalimpsestException.configuration(
            "The confusion table " + place + " takes '" + line + "' for itself; leave it out.");
      }
      entries.computeIfAbsent(key(parts[0]), key -> new LinkedHashSet<>()).add(parts[k]);
    }
  }

  private String key(String text) {
    StringBuilder key = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      key.append(folded(text.charAt(at)));
    }
    return key.toString();
  }

  private char folded(char c) {
    return letters == Letters.EXACT ? c : lower(c);
  }

  private static char lower(char c) {
    return c < 0x80
        ? (c >= 'A' && c <= 'Z' ? (char) (c + 32) : c)
        : (char) (Character.isSurrogate(c) ? c : UCharacter.toLowerCase((int) c));
  }

  private void index(Map<String, Set<String>> entries) {
    int slots = Integer.highestOneBit(entries.size()) * 4;
    meant = new String[slots];
    seen = new String[slots][];
    for (Map.Entry<String, Set<String>> entry : entries.entrySet()) {
      String key = entry.getKey();
      int hash = 0;
      for (int at = 0; at < key.length(); at++) {
        hash = hash * 31 + key.charAt(at);
      }
      int slot = slot(hash);
      while (meant[slot] != null) {
        slot = (slot + 1) & (slots - 1);
      }
      meant[slot] = key;
      seen[slot] = entry.getValue().toArray(new String[0]);
      longest = Math.max(longest, key.length());
    }
  }

  private int slot(int hash) {
    return (hash ^ (hash >>> 15)) & (meant.length - 1);
  }

  /** What may come out of the {@code char}s [from, to) of a text; null if nothing. */
  String[] of(TextDraft text, int from, int to) {
    if (to - from > longest) {
      return null;
    }
    int hash = 0;
    for (int at = from; at < to; at++) {
      hash = hash * 31 + folded(text.at(at));
    }
    for (int slot = slot(hash); meant[slot] != null; slot = (slot + 1) & (meant.length - 1)) {
      if (isAt(meant[slot], text, from, to)) {
        return seen[slot];
      }
    }
    return null;
  }

  private boolean isAt(String key, TextDraft text, int from, int to) {
    if (key.length() != to - from) {
      return false;
    }
    for (int at = from; at < to; at++) {
      if (key.charAt(at - from) != folded(text.at(at))) {
        return false;
      }
    }
    return true;
  }

  /** The most {@code char}s of an entry. */
  int longest() {
    return longest;
  }

  /** Writes what comes out of the {@code char}s [from, to), with capitals as they had them. */
  void write(String outcome, TextDraft text, int from, int to) {
    boolean first = letters == Letters.FOLLOW && UCharacter.isUUppercase(text.codePoint(from));
    boolean all = first && to - from > 1;
    for (int at = from; all && at < to; at++) {
      all = !UCharacter.isULowercase(text.at(at));
    }
    for (int at = 0; at < outcome.length(); at++) {
      char c = outcome.charAt(at);
      boolean capital = !Character.isSurrogate(c) && (all || (first && at == 0));
      text.write(capital ? (char) UCharacter.toUpperCase((int) c) : c);
    }
  }

  Letters letters() {
    return letters;
  }

  /** The entries, from which an equal table is read. */
  List<String> lines() {
    return List.of(lines);
  }

  private Object readResolve() {
    return new ConfusionTable(lines(), letters, "of an objective");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfusionTable that
        && letters == that.letters
        && lines().equals(that.lines());
  }

  @Override
  public int hashCode() {
    return 31 * lines().hashCode() + letters.hashCode();
  }

  @Override
  public String toString() {
    return "ConfusionTable" + lines();
  }
}
