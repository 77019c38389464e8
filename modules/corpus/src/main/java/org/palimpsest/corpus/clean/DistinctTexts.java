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
 * Documents without those that say the same as another one, or as one that is known already. The
 * texts are shuffled once, by a fingerprint of 128 bits, and sorted with the smallest id first;
 * Spark keeps what it shuffled, so later jobs read it from there instead of reading and cleaning
 * the input again. Nothing is held but what Spark sorts, and that it spills.
 */
final class DistinctTexts {
  private final JavaPairRDD<TextKey, Reading> byText;
  private final ByHash partitioner;

  /** Texts that are known, as keys in front of all others of the same text; empty for none. */
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
   * @param known fingerprints of texts that are not wanted again
   */
  static DistinctTexts of(JavaRDD<Reading> readings, Optional<JavaRDD<ReadingId>> known) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(readings.context());
    ByHash partitioner =
        new ByHash(Math.max(readings.getNumPartitions(), spark.defaultParallelism()));
    return new DistinctTexts(
        readings
            .mapToPair(reading -> new Tuple2<>(key(reading), reading))
            .repartitionAndSortWithinPartitions(partitioner, TextKey.BY_TEXT),
        partitioner,
        known.map(
            texts ->
                texts.mapToPair(text -> new Tuple2<>(new TextKey(text, ReadingId.NONE), true))));
  }

  /** Rejected records and counts go along, anywhere. */
  private static TextKey key(Reading reading) {
    if (reading instanceof Document document) {
      return new TextKey(ReadingId.ofText(document.text()), document.id());
    }
    ReadingId id = reading instanceof Located located ? located.id() : ReadingId.NONE;
    return new TextKey(id, id);
  }

  /** One document of each text. */
  JavaRDD<Reading> readings() {
    return known.isEmpty()
        ? byText.mapPartitions(part -> new Kept(part, Collections.emptyIterator()))
        : without(known.get());
  }

  /**
   * One document of each text, and of those that are similar to another one only that. The texts
   * stay where they are: the fingerprints of those to leave out are brought to them.
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
   * Walks along texts, and along those to leave out, in the same order. These say whether the text
   * is known exactly.
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
