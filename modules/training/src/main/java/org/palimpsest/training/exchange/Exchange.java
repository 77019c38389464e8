package org.palimpsest.training.exchange;

import java.util.Optional;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;

/** How the replicas' vectors become their sum. */
public interface Exchange {

  /** Replaces the vector, on every rank, by the sum over ranks; all ranks get identical bytes. */
  void sum(FlatVector vector);

  /** What this rank's roundings have lost so far, if it is remembered: a live view. */
  Optional<FlatVector> residual();

  /**
   * An exchange between the ranks of a collective.
   *
   * @param size of the vectors that it will sum
   */
  static Exchange over(Collective collective, Compression compression, long size) {
    return compression == Compression.NONE || collective.size() == 1
        ? new ExactExchange(collective)
        : new CompressedExchange(collective, compression, size);
  }
}
