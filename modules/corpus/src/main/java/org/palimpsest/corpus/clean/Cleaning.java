package org.palimpsest.corpus.clean;

import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.corpus.text.CleaningStep;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingId;

/**
 * Cleans documents before tokenization: drops documents by weight, cleans each remaining one,
 * removes duplicates, and repeats documents by weight. Rejected records pass through. Without a
 * search for duplicates nothing is shuffled.
 */
public final class Cleaning {
  private Cleaning() {}

  /**
   * Most partitions of a shuffle of texts. All of them write to all, so their blocks are the square
   * of this.
   */
  public static final int MOST_PARTITIONS = 1 << 13;

  /**
   * Cleans readings; each task appends its counts.
   *
   * @param readings in at most {@link #MOST_PARTITIONS} partitions if duplicates are removed
   * @param known fingerprints of texts that a corpus already has, if duplicates are removed
   */
  public static JavaRDD<Reading> clean(
      JavaRDD<Reading> readings,
      CleaningSettings settings,
      Copies copies,
      Optional<JavaRDD<ReadingId>> known) {
    JavaRDD<Reading> cleaned =
        readings.mapPartitions(partition -> new Cleaned(partition, new Cleaner(settings), copies));
    JavaRDD<Reading> distinct =
        switch (settings.duplicates()) {
          case KEEP -> cleaned;
          case EXACT -> DistinctTexts.of(cleaned, known).readings();
          case NEAR -> DistinctTexts.of(cleaned, known).without(settings.similarity());
        };
    return distinct.mapPartitions(Repeated::new);
  }

  /** Cleans each document and sets its weight to its number of copies. */
  private static final class Cleaned extends PendingReadings {
    private final Iterator<Reading> readings;
    private final Cleaner cleaner;
    private final Copies copies;

    Cleaned(Iterator<Reading> readings, Cleaner cleaner, Copies copies) {
      this.readings = readings;
      this.cleaner = cleaner;
      this.copies = copies;
    }

    @Override
    Reading find(CleaningCounts into) {
      while (readings.hasNext()) {
        Reading reading = readings.next();
        Reading kept = reading instanceof Document document ? kept(document, into) : reading;
        if (kept != null) {
          return kept;
        }
      }
      return null;
    }

    private Document kept(Document document, CleaningCounts into) {
      int times = copies.of(document);
      if (times == 0) {
        into.add(CleaningStep.LEFT_OUT_BY_WEIGHT, 1);
        return null;
      }
      Document cleaned = cleaner.clean(document, into);
      return cleaned == null ? null : cleaned.withWeight(times);
    }
  }

  /** Repeats each document by its weight. */
  private static final class Repeated extends PendingReadings {
    private final Iterator<Reading> readings;
    private Document document;
    private int left;

    Repeated(Iterator<Reading> readings) {
      this.readings = readings;
    }

    @Override
    Reading find(CleaningCounts into) {
      if (left > 0) {
        into.add(CleaningStep.COPIED_BY_WEIGHT, 1);
        return document.copy((int) document.weight() - left--);
      }
      if (!readings.hasNext()) {
        return null;
      }
      Reading reading = readings.next();
      if (reading instanceof Document found) {
        document = found;
        left = (int) found.weight() - 1;
        return found.copy(0);
      }
      return reading;
    }
  }
}
