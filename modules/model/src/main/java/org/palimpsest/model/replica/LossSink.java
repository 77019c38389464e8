package org.palimpsest.model.replica;

/** Receives the losses of single target positions. */
@FunctionalInterface
public interface LossSink {
  /**
   * Takes one position.
   *
   * @param place its index in the batch's target arrays
   * @param loss unweighted, in nats
   * @param predicted the most probable token
   */
  void accept(int place, double loss, int predicted);
}
