package org.palimpsest.dl4j.spark.data;

import java.io.Serializable;

/**
 * What one call of {@code fit} trains on.
 *
 * @param fit number of the call in its course, from 0: an epoch
 * @param firstStep global step with which it begins
 * @param piecesPerStep pieces of a global step, over all workers; fixed for the whole course
 * @param pieces all of them
 */
public record FitData(int fit, long firstStep, int piecesPerStep, ExportedBatches pieces)
    implements Serializable {

  /** Global steps; the last may have fewer pieces. */
  long steps() {
    return (pieces.count() + piecesPerStep - 1) / piecesPerStep;
  }

  public long lastStep() {
    return firstStep + steps();
  }

  /**
   * Positions of the pieces that a worker computes in a step: its share of an interval that does
   * not depend on the number of workers.
   *
   * @param step global, of this fit
   */
  public Interval share(long step, int rank, int workers) {
    long from = (step - firstStep) * piecesPerStep;
    long count = Math.min(piecesPerStep, pieces.count() - from);
    return new Interval(from + rank * count / workers, from + (rank + 1) * count / workers);
  }

  /** Numbers from {@code from} on, before {@code to}. */
  public record Interval(long from, long to) {}
}
