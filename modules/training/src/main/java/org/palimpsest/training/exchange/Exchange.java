package org.palimpsest.training.exchange;

import java.util.Optional;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.VectorPart;

/** Sums vectors of the replicas. */
public interface Exchange extends AutoCloseable {

  /**
   * Replaces the vector on every rank with the sum over all ranks; all ranks get the same bytes.
   */
  void sum(FlatVector vector);

  /**
   * Begins the sum of a part beside the computation, if this exchange can; see {@link
   * Collective#beginSum}.
   */
  default void beginSum(VectorPart part) {}

  /** The rounding error that this rank still has to add, if the exchange keeps it: a live view. */
  Optional<FlatVector> residual();

  /** Frees the residual; the collective stays open. */
  @Override
  default void close() {}

  /**
   * An exchange between the ranks of a collective.
   *
   * @param like as long as the vectors to sum, and where they are
   */
  static Exchange over(Collective collective, Compression compression, FlatVector like) {
    return compression == Compression.NONE || collective.size() == 1
        ? new ExactExchange(collective)
        : CompressedExchange.with(collective, compression, like);
  }
}
