package org.palimpsest.corpus.prepare;

import java.util.function.LongSupplier;
import org.apache.spark.api.java.JavaRDD;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.clean.Cleaning;

/**
 * How many tasks read the input. Each of them writes a shuffle block per lane, and with
 * deduplication also one per task, and the driver keeps a record of all blocks and tasks.
 *
 * @param most number of tasks
 */
record TaskBounds(int most) {
  static final int MOST_TASKS = 1 << 17;
  static final int MOST_BLOCKS = 1 << 26;
  static final long MOST_BYTES = 1L << 38;

  private static final int SHIFT_GIB = 30;

  /**
   * The bounds of a preparation.
   *
   * @param partitions of the shuffle into lanes
   * @param searchesDuplicates whether the texts are shuffled, too
   */
  static TaskBounds of(int partitions, boolean searchesDuplicates) {
    int tasks = searchesDuplicates ? Cleaning.MOST_PARTITIONS : MOST_TASKS;
    return new TaskBounds(Math.max(1, Math.min(tasks, MOST_BLOCKS / partitions)));
  }

  /**
   * Lets each task read several partitions of the input if there are too many.
   *
   * @param bytes of the input; not asked if there are few partitions
   * @throws PalimpsestException of kind INPUT if a task would read too much
   */
  <T> JavaRDD<T> bounded(JavaRDD<T> input, LongSupplier bytes) {
    if (input.getNumPartitions() <= most) {
      return input;
    }
    long each = bytes.getAsLong() / most;
    if (each > MOST_BYTES) {
      throw PalimpsestException.input(
          "The input is too large for one preparation: each of its %,d tasks would read %,d GiB, and the limit is %,d GiB; prepare it in parts (prepare --add), or with fewer lanes (corpus.lanes)."
              .formatted(most, each >> SHIFT_GIB, MOST_BYTES >> SHIFT_GIB));
    }
    return input.coalesce(most);
  }
}
