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
 * The texts that are similar to another one: locality-sensitive hashing of MinHash sketches.
 * Documents whose sketches agree in a band meet in a bucket; there, in the order of their ids, each
 * is compared by its whole sketch with those before it that were similar to none, and the first of
 * a group of similar ones stays. A bucket compares with {@link #MOST_COMPARED} at most, so that
 * neither time nor memory grows with what is in it.
 *
 * <p>For every document and band about 50 bytes and the fragments of the sketch are shuffled: with
 * 128 hashes at a threshold of 0.8, 21 times 180 bytes.
 */
final class SimilarTexts {
  static final int MOST_COMPARED = 256;

  private SimilarTexts() {}

  /** Their keys, which say that no other text is the same. */
  static JavaPairRDD<TextKey, Boolean> of(
      JavaPairRDD<TextKey, Reading> byText,
      CleaningSettings.Similarity similarity,
      ByHash partitioner) {
    double threshold = similarity.threshold();
    return byText
        .mapPartitionsToPair(part -> new Sketched(part, similarity))
        .repartitionAndSortWithinPartitions(partitioner, BandKey.BY_BUCKET)
        .mapPartitionsToPair(part -> new Similar(part, threshold));
  }

  /** For each text the buckets that it belongs to, with its sketch. */
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

  /** Of each bucket those that are similar to one before them. */
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
