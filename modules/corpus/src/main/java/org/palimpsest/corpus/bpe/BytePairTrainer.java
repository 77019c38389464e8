package org.palimpsest.corpus.bpe;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Learns byte-pair merges (Sennrich, Haddow, Birch: "Neural machine translation of rare words with
 * subword units", 2016). Pair counts are updated incrementally: a merge visits only the words that
 * contain the pair. Among equally frequent pairs, the one with the smaller left id wins, then the
 * smaller right id.
 */
public final class BytePairTrainer {
  private final int[][] words;
  private final int[] lengths;
  private final long[] counts;
  private final PairTable pairs = new PairTable();
  private final PriorityQueue<Candidate> queue = new PriorityQueue<>();
  private final Naming naming;

  /** A pair with its count when it was queued; the count may have changed since. */
  private record Candidate(long pair, long count) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      int byCount = Long.compare(other.count, count);
      return byCount == 0 ? Long.compare(pair, other.pair) : byCount;
    }
  }

  /**
   * A word as symbols that may be merged.
   *
   * @param count number of its occurrences
   */
  public record Symbols(int[] ids, long count) {}

  /** Gives merged symbols their ids. */
  public interface Naming {
    /** The pair must not be merged. */
    int NONE = -1;

    /** The id of a pair, which may be that of an earlier pair, or {@link #NONE}. */
    int of(int left, int right);
  }

  /**
   * A learned merge.
   *
   * @param id of the merged symbol
   * @param count occurrences of the pair
   */
  public record Merge(int left, int right, int id, long count) {}

  private BytePairTrainer(Collection<Symbols> symbols, Naming naming) {
    this.naming = naming;
    words = new int[symbols.size()][];
    lengths = new int[words.length];
    counts = new long[words.length];
    int index = 0;
    for (Symbols word : symbols) {
      words[index] = word.ids();
      lengths[index] = word.ids().length;
      counts[index++] = word.count();
    }
  }

  private static Symbols bytes(WordCount word) {
    byte[] bytes = word.word().getBytes(StandardCharsets.UTF_8);
    int[] symbols = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      symbols[i] = TokenizerJson.FIRST_BYTE + (bytes[i] & 0xFF);
    }
    return new Symbols(symbols, word.count());
  }

  /**
   * Learns merges, best first.
   *
   * @param limit largest number of merges
   * @param minFrequency rarer pairs are not merged
   * @return pairs of ids; fewer than {@code limit} if no frequent pair is left
   */
  public static List<long[]> train(Collection<WordCount> words, int limit, long minFrequency) {
    int[] next = {TokenizerJson.FIRST_MERGE};
    List<Symbols> symbols = words.stream().map(BytePairTrainer::bytes).toList();
    return continued(symbols, (left, right) -> next[0]++, limit, minFrequency).stream()
        .map(merge -> new long[] {merge.left(), merge.right()})
        .toList();
  }

  /**
   * Learns merges of words that consist of the symbols of a known encoding, best first.
   *
   * @param words whose arrays are changed
   * @param limit largest number of new symbols
   * @param minFrequency rarer pairs are not merged
   */
  public static List<Merge> continued(
      Collection<Symbols> words, Naming naming, int limit, long minFrequency) {
    return new BytePairTrainer(words, naming).learn(limit, minFrequency);
  }

  private List<Merge> learn(int limit, long minFrequency) {
    for (int word = 0; word < words.length; word++) {
      for (int i = 0; i + 1 < lengths[word]; i++) {
        pairs.add(words[word][i], words[word][i + 1], counts[word], word);
      }
    }
    pairs.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
    List<Merge> merges = new ArrayList<>();
    Set<Integer> named = new HashSet<>();
    while (named.size() < limit && !queue.isEmpty()) {
      Candidate best = queue.poll();
      long count = pairs.count(best.pair());
      if (count != best.count()) {
        requeue(best.pair(), count);
      } else if (count < Math.max(1, minFrequency)) {
        break;
      } else {
        int left = (int) (best.pair() >>> 32);
        int right = (int) best.pair();
        int id = naming.of(left, right);
        if (id != Naming.NONE) {
          merges.add(new Merge(left, right, id, count));
          named.add(id);
          merge(best.pair(), id);
        }
      }
    }
    return merges;
  }

  private void requeue(long pair, long count) {
    if (count > 0) {
      queue.add(new Candidate(pair, count));
    }
  }

  /** Replaces a pair by a symbol in every word that contains it. */
  private void merge(long pair, int symbol) {
    int left = (int) (pair >>> 32);
    int right = (int) pair;
    pairs.beginRound();
    int[] holders = pairs.holders(pair);
    int size = pairs.holderCount(pair);
    for (int i = 0; i < size; i++) {
      rewrite(holders[i], left, right, symbol);
    }
    pairs.forget(pair);
    pairs.forEachGrown((grown, count) -> requeue(grown, count));
  }

  private void rewrite(int word, int left, int right, int symbol) {
    int[] symbols = words[word];
    int length = lengths[word];
    if (!holds(symbols, length, left, right)) {
      return; // listed twice, or the pair has gone since
    }
    long count = counts[word];
    for (int i = 0; i + 1 < length; i++) {
      pairs.subtract(symbols[i], symbols[i + 1], count);
    }
    int kept = 0;
    for (int i = 0; i < length; i++) {
      if (i + 1 < length && symbols[i] == left && symbols[i + 1] == right) {
        symbols[kept++] = symbol;
        i++;
      } else {
        symbols[kept++] = symbols[i];
      }
    }
    lengths[word] = kept;
    for (int i = 0; i + 1 < kept; i++) {
      if (symbols[i] == symbol || symbols[i + 1] == symbol) {
        pairs.add(symbols[i], symbols[i + 1], count, word);
      } else {
        pairs.restore(symbols[i], symbols[i + 1], count);
      }
    }
  }

  private static boolean holds(int[] symbols, int length, int left, int right) {
    for (int i = 0; i + 1 < length; i++) {
      if (symbols[i] == left && symbols[i + 1] == right) {
        return true;
      }
    }
    return false;
  }
}
