package org.palimpsest.corpus.clean;

import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.corpus.text.CleaningStep;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Located;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingId;
import scala.Tuple2;

/**
 * Removes documents whose text equals that of another document or of a known text. The texts are
 * shuffled once, by a 128-bit fingerprint, and sorted by id; Spark keeps the shuffle files, so
 * later jobs do not read and clean the input again. Spark's sort, which spills to disk, is the only
 * large use of memory.
 */
final class DistinctTexts {
  private final JavaPairRDD<TextKey, Reading> byText;
  private final ByHash partitioner;

  /** Known texts as keys that precede all others of the same text; empty for none. */
  private final Optional<JavaPairRDD<TextKey, Boolean>> known;

  private DistinctTexts(
      JavaPairRDD<TextKey, Reading> byText,
      ByHash partitioner,
      Optional<JavaPairRDD<TextKey, Boolean>> known) {
    this.byText = byText;
    this.partitioner = partitioner;
    this.known = known;
  }

  /**
   * Groups documents by text.
   *
   * @param known fingerprints of texts to remove
   */
  static DistinctTexts of(JavaRDD<Reading> readings, Optional<JavaRDD<ReadingId>> known) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(readings.context());
    ByHash partitioner =
        new ByHash(
            Math.min(
                Cleaning.MOST_PARTITIONS,
                Math.max(readings.getNumPartitions(), spark.defaultParallelism())));
    return new DistinctTexts(
        readings
            .mapToPair(reading -> new Tuple2<>(key(reading), reading))
            .repartitionAndSortWithinPartitions(partitioner, TextKey.BY_TEXT),
        partitioner,
        known.map(
            texts ->
                texts.mapToPair(text -> new Tuple2<>(new TextKey(text, ReadingId.NONE), true))));
  }

  /** Rejected records and counts may be in any partition. */
  private static TextKey key(Reading reading) {
    if (reading instanceof Document document) {
      return new TextKey(ReadingId.ofText(document.text()), document.id());
    }
    ReadingId id = reading instanceof Located located ? located.id() : ReadingId.NONE;
    return new TextKey(id, id);
  }

  /** Returns one document of each text. */
  JavaRDD<Reading> readings() {
    return known.isEmpty()
        ? byText.mapPartitions(partition -> new Kept(partition, Collections.emptyIterator()))
        : without(known.get());
  }

  /**
   * Returns one document of each text, without documents similar to another one. The texts are not
   * shuffled again: the fingerprints of the removed ones are shuffled to them.
   */
  JavaRDD<Reading> without(CleaningSettings.Similarity similarity) {
    JavaPairRDD<TextKey, Boolean> similar = SimilarTexts.of(byText, similarity, partitioner);
    return without(known.map(similar::union).orElse(similar));
  }

  private JavaRDD<Reading> without(JavaPairRDD<TextKey, Boolean> leftOut) {
    return byText.zipPartitions(
        leftOut.repartitionAndSortWithinPartitions(partitioner, TextKey.BY_TEXT),
        (texts, out) -> new Kept(texts, out));
  }

  /**
   * Merges sorted texts with the sorted fingerprints to remove, which also say whether a text is
   * known exactly.
   */
  private static final class Kept extends PendingReadings {
    private final Iterator<Tuple2<TextKey, Reading>> texts;
    private final Iterator<Tuple2<TextKey, Boolean>> leftOut;
    private ReadingId previous;
    private Tuple2<TextKey, Boolean> nextLeftOut;

    Kept(Iterator<Tuple2<TextKey, Reading>> texts, Iterator<Tuple2<TextKey, Boolean>> leftOut) {
      this.texts = texts;
      this.leftOut = leftOut;
      advance();
    }

    private void advance() {
      nextLeftOut = leftOut.hasNext() ? leftOut.next() : null;
    }

    @Override
    Reading find(CleaningCounts into) {
      while (texts.hasNext()) {
        Tuple2<TextKey, Reading> next = texts.next();
        if (!(next._2() instanceof Document) || isKept(next._1().text(), into)) {
          return next._2();
        }
      }
      return null;
    }

    private boolean isKept(ReadingId text, CleaningCounts into) {
      while (nextLeftOut != null && TextKey.compare(nextLeftOut._1().text(), text) < 0) {
        advance();
      }
      boolean found = nextLeftOut != null && nextLeftOut._1().text().equals(text);
      boolean same = text.equals(previous) || (found && nextLeftOut._2());
      previous = text;
      if (same) {
        into.add(CleaningStep.EXACT_DUPLICATES, 1);
      } else if (found) {
        into.add(CleaningStep.NEAR_DUPLICATES, 1);
      }
      return !same && !found;
    }
  }
}
