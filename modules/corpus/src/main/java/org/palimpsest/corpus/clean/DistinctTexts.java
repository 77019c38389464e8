package org.palimpsest.corpus.clean;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Iterator;
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
 * Documents without those that say the same as another one. The texts are shuffled once, by a
 * fingerprint of 128 bits, and sorted with the smallest id first; Spark keeps what it shuffled, so
 * later jobs read it from there instead of reading and cleaning the input again. Nothing is held
 * but what Spark sorts, and that it spills.
 */
final class DistinctTexts {
  private final JavaPairRDD<TextKey, Reading> byText;
  private final ByHash partitioner;

  private DistinctTexts(JavaPairRDD<TextKey, Reading> byText, ByHash partitioner) {
    this.byText = byText;
    this.partitioner = partitioner;
  }

  static DistinctTexts of(JavaRDD<Reading> readings) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(readings.context());
    ByHash partitioner =
        new ByHash(Math.max(readings.getNumPartitions(), spark.defaultParallelism()));
    return new DistinctTexts(
        readings
            .mapToPair(reading -> new Tuple2<>(key(reading), reading))
            .repartitionAndSortWithinPartitions(partitioner, TextKey.BY_TEXT),
        partitioner);
  }

  /** Rejected records and counts go along, anywhere. */
  private static TextKey key(Reading reading) {
    if (reading instanceof Document document) {
      byte[] text = document.text().getBytes(StandardCharsets.UTF_8);
      return new TextKey(ReadingId.ofText(text), document.id());
    }
    ReadingId id = reading instanceof Located located ? located.id() : new ReadingId(0, 0);
    return new TextKey(id, id);
  }

  /** One document of each text. */
  JavaRDD<Reading> readings() {
    return byText.mapPartitions(part -> new Kept(part, Collections.emptyIterator()));
  }

  /**
   * One document of each text, and of those that are similar to another one only that. The texts
   * stay where they are: the fingerprints of those to leave out are brought to them.
   */
  JavaRDD<Reading> without(CleaningSettings.Similarity similarity) {
    return byText.zipPartitions(
        SimilarTexts.of(byText, similarity, partitioner),
        (texts, similar) -> new Kept(texts, similar));
  }

  /** Walks along texts, and along those to leave out, in the same order. */
  private static final class Kept extends PendingReadings {
    private final Iterator<Tuple2<TextKey, Reading>> texts;
    private final Iterator<Tuple2<TextKey, Boolean>> leftOut;
    private ReadingId previous;
    private ReadingId nextLeftOut;

    Kept(Iterator<Tuple2<TextKey, Reading>> texts, Iterator<Tuple2<TextKey, Boolean>> leftOut) {
      this.texts = texts;
      this.leftOut = leftOut;
      advance();
    }

    private void advance() {
      nextLeftOut = leftOut.hasNext() ? leftOut.next()._1().text() : null;
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
      if (text.equals(previous)) {
        into.add(CleaningStep.EXACT_DUPLICATES, 1);
        return false;
      }
      previous = text;
      while (nextLeftOut != null && TextKey.compare(nextLeftOut, text) < 0) {
        advance();
      }
      if (text.equals(nextLeftOut)) {
        into.add(CleaningStep.NEAR_DUPLICATES, 1);
        return false;
      }
      return true;
    }
  }
}
