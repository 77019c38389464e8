package org.palimpsest.corpus.tokenize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.apache.spark.api.java.JavaRDD;
import org.palimpsest.base.KeyedHash;
import org.palimpsest.corpus.bpe.BytePairTrainer;
import org.palimpsest.corpus.bpe.TokenizerJson;
import org.palimpsest.corpus.bpe.WordCount;
import org.palimpsest.corpus.bpe.WordScanner;
import org.palimpsest.corpus.clean.CleaningSettings.UnicodeForm;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import scala.Tuple2;

/**
 * Trains a byte-level byte-pair encoding: Spark counts words, and the driver, which receives only
 * distinct words, learns merges. Equal documents give an equal file, however they are partitioned.
 */
public final class TokenizerTrainer {
  /** Number of words kept. Fixed, because the result must not depend on the machine. */
  private static final int COUNT_PARTITIONS = 16;

  /** Number of distinct words that a task holds before it emits their counts. */
  private static final int LOCAL_WORDS = 1 << 17;

  private static final long SAMPLE = 4;

  private TokenizerTrainer() {}

  /**
   * Trains on a sample of the documents.
   *
   * @param bytes length of all documents, to choose the share that is sampled
   * @param form normal form of the documents
   * @param seed key of the sample
   */
  public static TokenizerFile train(
      JavaRDD<Reading> documents,
      long bytes,
      TokenizerSource.Trained settings,
      UnicodeForm form,
      long seed) {
    List<WordCount> words = words(documents, bytes, settings, seed);
    List<long[]> learned = BytePairTrainer.train(words, settings.merges(), settings.minFrequency());
    return new TokenizerFile(
        TokenizerJson.write(
            learned,
            settings.specialTokens(),
            settings.sentinels(),
            form == UnicodeForm.KEEP ? "" : form.name()));
  }

  /**
   * Extends a tokenizer with entries that are learned from a sample of the documents.
   *
   * @param bytes length of all documents, to choose the share that is sampled
   * @param seed key of the sample
   */
  public static TokenizerFile extend(
      JavaRDD<Reading> documents, long bytes, TokenizerSource.Extended settings, long seed) {
    TokenizerExtension extension = new TokenizerExtension(settings.file());
    List<WordCount> words = words(documents, bytes, settings.learning(), seed);
    return extension.learned(words, settings.entries(), settings.learning().minFrequency());
  }

  private static List<WordCount> words(
      JavaRDD<Reading> documents, long bytes, TokenizerSource.Trained settings, long seed) {
    double share = Math.min(1, (double) settings.sampleBytes() / Math.max(1, bytes));
    int perPartition = Math.max(1, settings.maxWords() / COUNT_PARTITIONS);
    return documents
        .filter(reading -> reading instanceof Document document && chosen(document, share, seed))
        .mapPartitionsToPair(TokenizerTrainer::count)
        .reduceByKey(Long::sum, COUNT_PARTITIONS)
        .mapPartitions(counts -> mostFrequent(counts, perPartition))
        .collect();
  }

  private static boolean chosen(Document document, double share, long seed) {
    return share >= 1 || KeyedHash.unit(KeyedHash.of(seed, SAMPLE, document.id().high())) < share;
  }

  private static Iterator<Tuple2<String, Long>> count(Iterator<Reading> readings) {
    return new WordCounting(readings);
  }

  private static Iterator<WordCount> mostFrequent(
      Iterator<Tuple2<String, Long>> counts, int limit) {
    PriorityQueue<WordCount> best = new PriorityQueue<>(WordCount.LEAST_FREQUENT_FIRST);
    while (counts.hasNext()) {
      Tuple2<String, Long> count = counts.next();
      best.add(new WordCount(count._1(), count._2()));
      if (best.size() > limit) {
        best.poll();
      }
    }
    return best.iterator();
  }

  /** Counts words and emits the counts when there are many. */
  private static final class WordCounting implements Iterator<Tuple2<String, Long>> {
    private final Iterator<Reading> readings;
    private final Map<String, long[]> counts = new HashMap<>();
    private Iterator<Tuple2<String, Long>> ready = List.<Tuple2<String, Long>>of().iterator();

    WordCounting(Iterator<Reading> readings) {
      this.readings = readings;
    }

    @Override
    public boolean hasNext() {
      if (!ready.hasNext()) {
        refill();
      }
      return ready.hasNext();
    }

    @Override
    public Tuple2<String, Long> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("all words are counted");
      }
      return ready.next();
    }

    private void refill() {
      counts.clear();
      while (readings.hasNext() && counts.size() < LOCAL_WORDS) {
        WordScanner.scan(
            ((Document) readings.next()).text(),
            word -> counts.computeIfAbsent(word, key -> new long[1])[0]++);
      }
      List<Tuple2<String, Long>> pairs = new ArrayList<>(counts.size());
      counts.forEach((word, count) -> pairs.add(new Tuple2<>(word, count[0])));
      ready = pairs.iterator();
    }
  }
}
