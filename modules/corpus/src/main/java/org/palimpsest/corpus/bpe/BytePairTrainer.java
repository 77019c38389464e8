package org.palimpsest.corpus.bpe;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.PriorityQueue;

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
  private int merged;

  /** A pair with its count when it was queued; the count may have changed since. */
  private record Candidate(long pair, long count) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      int byCount = Long.compare(other.count, count);
      return byCount == 0 ? Long.compare(pair, other.pair) : byCount;
    }
  }

  private BytePairTrainer(Collection<WordCount> wordCounts) {
    words = new int[wordCounts.size()][];
    lengths = new int[words.length];
    counts = new long[words.length];
    int index = 0;
    for (WordCount word : wordCounts) {
      byte[] bytes = word.word().getBytes(StandardCharsets.UTF_8);
      int[] symbols = new int[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        symbols[i] = TokenizerJson.FIRST_BYTE + (bytes[i] & 0xFF);
      }
      words[index] = symbols;
      lengths[index] = symbols.length;
      counts[index++] = word.count();
    }
  }

  /**
   * Learns merges, best first.
   *
   * @param limit largest number of merges
   * @param minFrequency rarer pairs are not merged
   * @return pairs of ids; fewer than {@code limit} if no frequent pair is left
   */
  public static List<long[]> train(Collection<WordCount> words, int limit, long minFrequency) {
    return new BytePairTrainer(words).learn(limit, minFrequency);
  }

  private List<long[]> learn(int limit, long minFrequency) {
    for (int word = 0; word < words.length; word++) {
      for (int i = 0; i + 1 < lengths[word]; i++) {
        pairs.add(words[word][i], words[word][i + 1], counts[word], word);
      }
    }
    pairs.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
    List<long[]> merges = new ArrayList<>();
    while (merges.size() < limit && !queue.isEmpty()) {
      Candidate best = queue.poll();
      long count = pairs.count(best.pair());
      if (count != best.count()) {
        requeue(best.pair(), count);
      } else if (count < Math.max(1, minFrequency)) {
        break;
      } else {
        merges.add(new long[] {best.pair() >>> 32, best.pair() & 0xFFFFFFFFL});
        merge(best.pair(), TokenizerJson.FIRST_MERGE + merged++);
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
