package org.palimpsest.corpus.clean;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaPairRDD;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingId;
import scala.Tuple2;

/**
 * Finds texts similar to another one by locality-sensitive hashing of MinHash sketches. Documents
 * whose sketches agree in a band share a bucket. In each bucket, in the order of ids, each document
 * is compared by its whole sketch with earlier documents that are similar to none; the first of a
 * group of similar ones is kept. Each document is compared with at most {@link #MOST_COMPARED}
 * others, which bounds time and memory.
 *
 * <p>Shuffles about 50 bytes and the fragments of the sketch per document and band: with 128 hashes
 * at a threshold of 0.8, 21 times 180 bytes.
 */
final class SimilarTexts {
  static final int MOST_COMPARED = 256;

  private SimilarTexts() {}

  /** Keys of the distinct texts. */
  static JavaPairRDD<TextKey, Boolean> of(
      JavaPairRDD<TextKey, Reading> byText,
      CleaningSettings.Similarity similarity,
      ByHash partitioner) {
    double threshold = similarity.threshold();
    return byText
        .mapPartitionsToPair(partition -> new Sketched(partition, similarity))
        .repartitionAndSortWithinPartitions(partitioner, BandKey.BY_BUCKET)
        .mapPartitionsToPair(partition -> new Similar(partition, threshold));
  }

  /** Computes the sketch of each text and the buckets it belongs to. */
  private static final class Sketched implements Iterator<Tuple2<BandKey, byte[]>> {
    private final Iterator<Tuple2<TextKey, Reading>> texts;
    private final MinHash sketch;
    private final int rows;
    private final int bands;
    private final ArrayDeque<Tuple2<BandKey, byte[]>> ready = new ArrayDeque<>();
    private ReadingId previous;

    Sketched(Iterator<Tuple2<TextKey, Reading>> texts, CleaningSettings.Similarity similarity) {
      this.texts = texts;
      sketch = new MinHash(similarity.hashes(), similarity.shingleCharacters());
      rows = MinHash.rows(similarity.threshold(), similarity.hashes());
      bands = similarity.hashes() / rows;
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && texts.hasNext()) {
        Tuple2<TextKey, Reading> next = texts.next();
        if (next._2() instanceof Document document && !next._1().text().equals(previous)) {
          previous = next._1().text();
          add(next._1(), document.text());
        }
      }
      return !ready.isEmpty();
    }

    private void add(TextKey key, String text) {
      sketch.sketch(text);
      byte[] fragments = sketch.fragments();
      for (int band = 0; band < bands; band++) {
        BandKey place = new BandKey(sketch.bucket(band, rows), key.id(), key.text());
        ready.add(new Tuple2<>(place, fragments));
      }
    }

    @Override
    public Tuple2<BandKey, byte[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("all texts are sketched");
      }
      return ready.remove();
    }
  }

  /** Returns the documents of each bucket that are similar to an earlier one. */
  private static final class Similar implements Iterator<Tuple2<TextKey, Boolean>> {
    private final Iterator<Tuple2<BandKey, byte[]>> sketches;
    private final double threshold;
    private final List<byte[]> unlike = new ArrayList<>();
    private long bucket;
    private Tuple2<TextKey, Boolean> pending;

    Similar(Iterator<Tuple2<BandKey, byte[]>> sketches, double threshold) {
      this.sketches = sketches;
      this.threshold = threshold;
    }

    @Override
    public boolean hasNext() {
      while (pending == null && sketches.hasNext()) {
        Tuple2<BandKey, byte[]> next = sketches.next();
        BandKey key = next._1();
        if (key.bucket() != bucket) {
          bucket = key.bucket();
          unlike.clear();
        }
        if (isLikeOneBefore(next._2())) {
          pending = new Tuple2<>(new TextKey(key.text(), key.id()), false);
        } else if (unlike.size() < MOST_COMPARED) {
          unlike.add(next._2());
        }
      }
      return pending != null;
    }

    private boolean isLikeOneBefore(byte[] fragments) {
      for (byte[] before : unlike) {
        if (MinHash.similarity(before, fragments) >= threshold) {
          return true;
        }
      }
      return false;
    }

    @Override
    public Tuple2<TextKey, Boolean> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("all buckets are searched");
      }
      Tuple2<TextKey, Boolean> found = pending;
      pending = null;
      return found;
    }
  }
}
