package org.palimpsest.dl4j.spark.data;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;

/**
 * The data of one call of {@code fit}. JSON names are those of stored manifests.
 *
 * @param fit number of the call in its session, from 0: an epoch
 * @param firstStep the first global step
 * @param batchesPerStep batches of a global step, over all workers; fixed for the whole session
 * @param batches all batches
 */
public record FitData(
    int fit,
    long firstStep,
    @JsonProperty("piecesPerStep") int batchesPerStep,
    @JsonProperty("pieces") ExportedBatches batches)
    implements Serializable {

  /** Number of global steps; the last may have fewer batches. */
  long steps() {
    return (batches.count() + batchesPerStep - 1) / batchesPerStep;
  }

  /** The last global step. */
  public long lastStep() {
    return firstStep + steps();
  }

  /**
   * Positions of the batches that a worker computes in a step: its share of an interval that does
   * not depend on the number of workers.
   *
   * @param step global step of this fit
   */
  public Interval share(long step, int rank, int workers) {
    long from = (step - firstStep) * batchesPerStep;
    long count = Math.min(batchesPerStep, batches.count() - from);
    return new Interval(from + rank * count / workers, from + (rank + 1) * count / workers);
  }

  /** Numbers from {@code from} to before {@code to}. */
  public record Interval(long from, long to) {}
}
