package org.palimpsest.corpus.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class BytePairTrainerTest {
  /** Recounts every pair for each merge. */
  private static List<long[]> naive(List<WordCount> words, int limit, long minFrequency) {
    Map<List<Long>, Long> symbols = new LinkedHashMap<>();
    for (WordCount word : words) {
      List<Long> ids = new ArrayList<>();
      for (byte b : word.word().getBytes(StandardCharsets.UTF_8)) {
        ids.add((long) TokenizerJson.FIRST_BYTE + (b & 0xFF));
      }
      symbols.merge(ids, word.count(), Long::sum);
    }
    List<long[]> merges = new ArrayList<>();
    while (merges.size() < limit) {
      Map<List<Long>, Long> pairs = new HashMap<>();
      symbols.forEach(
          (ids, count) -> {
            for (int i = 0; i + 1 < ids.size(); i++) {
              pairs.merge(List.copyOf(ids.subList(i, i + 2)), count, Long::sum);
            }
          });
      List<Long> best = null;
      for (Map.Entry<List<Long>, Long> pair : pairs.entrySet()) {
        if (best == null || better(pair.getKey(), pair.getValue(), best, pairs.get(best))) {
          best = pair.getKey();
        }
      }
      if (best == null || pairs.get(best) < minFrequency) {
        break;
      }
      long symbol = (long) TokenizerJson.FIRST_MERGE + merges.size();
      merges.add(new long[] {best.get(0), best.get(1)});
      symbols = merged(symbols, best, symbol);
    }
    return merges;
  }

  private static boolean better(List<Long> a, long countA, List<Long> b, long countB) {
    if (countA != countB) {
      return countA > countB;
    }
    int left = Long.compare(a.get(0), b.get(0));
    return left < 0 || (left == 0 && a.get(1) < b.get(1));
  }

  private static Map<List<Long>, Long> merged(
      Map<List<Long>, Long> words, List<Long> pair, long symbol) {
    Map<List<Long>, Long> after = new LinkedHashMap<>();
    words.forEach(
        (ids, count) -> {
          List<Long> merged = new ArrayList<>();
          for (int i = 0; i < ids.size(); i++) {
            if (i + 1 < ids.size() && ids.subList(i, i + 2).equals(pair)) {
              merged.add(symbol);
              i++;
            } else {
              merged.add(ids.get(i));
            }
          }
          after.merge(merged, count, Long::sum);
        });
    return after;
  }

  @Property(tries = 200)
  void mergesAreThoseOfTheNaiveAlgorithm(
      @ForAll @Size(min = 1, max = 25)
          List<@StringLength(min = 1, max = 9) @CharRange(from = 'a', to = 'c') String> words,
      @ForAll @Size(25) List<@IntRange(min = 1, max = 6) Integer> counts,
      @ForAll @IntRange(min = 1, max = 5) int minFrequency) {
    List<WordCount> given = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      given.add(new WordCount(words.get(i), counts.get(i)));
    }
    List<String> fast = names(BytePairTrainer.train(given, 40, minFrequency));
    assertThat(fast).isEqualTo(names(naive(given, 40, minFrequency)));
  }

  private static List<String> names(List<long[]> merges) {
    return merges.stream().map(Arrays::toString).toList();
  }

  @Test
  void stopsWhenNoPairIsFrequentEnough() {
    List<WordCount> words = List.of(new WordCount("ab", 5), new WordCount("cd", 1));
    assertThat(names(BytePairTrainer.train(words, 10, 2))).containsExactly("[102, 103]");
  }
}
