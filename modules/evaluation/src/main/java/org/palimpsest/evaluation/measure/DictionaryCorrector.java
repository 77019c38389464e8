package org.palimpsest.evaluation.measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.tokenize.Tokenizer;

/**
 * A corrector without context, as a baseline: a word that the training text does not have becomes
 * the most frequent one of its nearest words, at a distance of at most two insertions, deletions,
 * replacements, or swaps of neighbors; words of fewer than four characters at most one. Other
 * words, and everything between words, stay.
 *
 * <p>Candidates are found by symmetric deletion (Garbe, "SymSpell", 2012): words within a distance
 * become equal when characters are left out of both. Words are indexed in small letters; capitals
 * at the beginning, and words in capitals, are written again.
 */
final class DictionaryCorrector {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}]+(?:['’][\\p{L}\\p{M}]+)*");

  /** Words of one occurrence are as often errors of the training text itself. */
  private static final int LEAST_COUNT = 2;

  private static final int SHORT_WORD = 4;

  /** Characters of a word that are indexed; candidates that differ behind them are compared. */
  private static final int PREFIX = 8;

  /** A known word that may be meant. */
  private record Candidate(String word, int distance, long count) {}

  /** The nearest first, of these the most frequent, of these the first in the alphabet. */
  private static final Comparator<Candidate> NEAREST =
      Comparator.comparingInt(Candidate::distance)
          .thenComparing(Comparator.comparingLong(Candidate::count).reversed())
          .thenComparing(Candidate::word);

  private final Map<String, Long> counts;
  private final Map<String, List<String>> byDeletion = new HashMap<>();

  /**
   * Creates a corrector.
   *
   * @param counts occurrences of words in small letters
   */
  DictionaryCorrector(Map<String, Long> counts) {
    this.counts = Map.copyOf(counts);
    this.counts
        .keySet()
        .forEach(
            word ->
                deletions(prefix(word), 2)
                    .forEach(
                        form ->
                            byDeletion.computeIfAbsent(form, k -> new ArrayList<>()).add(word)));
  }

  /** A corrector with the words of a split that occur at least twice. */
  static DictionaryCorrector of(CorpusSplit split, Tokenizer tokenizer) {
    Map<String, Long> counts = new HashMap<>();
    try (BlockReader reader = split.asStored(0, 1)) {
      while (reader.hasNext()) {
        count(tokenizer.decode(reader.next().block().tokens()), counts);
      }
    }
    counts.values().removeIf(count -> count < LEAST_COUNT);
    return new DictionaryCorrector(counts);
  }

  /** Adds the words of a text. */
  static void count(String text, Map<String, Long> counts) {
    Matcher words = WORD.matcher(text);
    while (words.find()) {
      counts.merge(small(words.group()), 1L, Long::sum);
    }
  }

  private static String small(String word) {
    return word.toLowerCase(Locale.ROOT);
  }

  /** The text with its unknown words corrected. */
  String correct(String text) {
    return WORD.matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(corrected(found.group())));
  }

  private String corrected(String word) {
    String small = small(word);
    if (counts.containsKey(small)) {
      return word;
    }
    int most = small.length() < SHORT_WORD ? 1 : 2;
    return candidates(small, most).stream()
        .map(
            candidate ->
                new Candidate(candidate, distance(small, candidate), counts.get(candidate)))
        .filter(candidate -> candidate.distance() <= most)
        .min(NEAREST)
        .map(best -> inCaseOf(word, best.word()))
        .orElse(word);
  }

  private Set<String> candidates(String word, int most) {
    Set<String> found = new HashSet<>();
    for (String form : deletions(prefix(word), most)) {
      found.addAll(byDeletion.getOrDefault(form, List.of()));
    }
    return found;
  }

  private static String prefix(String word) {
    return word.substring(0, Math.min(PREFIX, word.length()));
  }

  private static int distance(String one, String other) {
    return Sequences.distanceWithSwaps(one.codePoints().toArray(), other.codePoints().toArray());
  }

  /** A word, and what becomes of it when up to {@code most} characters are left out. */
  private static Set<String> deletions(String word, int most) {
    Set<String> all = new HashSet<>(Set.of(word));
    Set<String> last = all;
    for (int left = 0; left < most; left++) {
      Set<String> next = new HashSet<>();
      for (String form : last) {
        for (int at = 0; at < form.length(); at++) {
          next.add(form.substring(0, at) + form.substring(at + 1));
        }
      }
      all.addAll(next);
      last = next;
    }
    return all;
  }

  private static String inCaseOf(String word, String best) {
    boolean capital = Character.isUpperCase(word.codePointAt(0));
    if (!capital) {
      return best;
    }
    boolean all = word.length() > 1 && word.equals(word.toUpperCase(Locale.ROOT));
    int end = best.offsetByCodePoints(0, 1);
    return all
        ? best.toUpperCase(Locale.ROOT)
        : best.substring(0, end).toUpperCase(Locale.ROOT) + best.substring(end);
  }
}
