package org.palimpsest.model;

/**
 * Collective operations of a group of replicas. Every rank makes the same calls in the same order.
 * A call that exceeds the deadline fails with a {@link org.palimpsest.base.PalimpsestException} of
 * kind CLUSTER; no call waits forever.
 */
public interface Collective extends AutoCloseable {
  /** This replica's number, from 0 on. */
  int rank();

  /** Number of replicas. */
  int size();

  /** Replaces the vector on every rank by the sum over all ranks; all ranks get identical bytes. */
  void sum(FlatVector vector);

  /**
   * Begins the sum of a part of a vector beside the computation, if this collective can; otherwise
   * does nothing. The next {@link #sum(FlatVector)} is that of the whole vector, and ends the sums
   * of its parts; until then a part may be neither read nor written. Every rank begins the same
   * parts in the same order, all of the vector or none.
   */
  default void beginSum(VectorPart part) {}

  /** Replaces a few numbers on every rank by their sums over all ranks. */
  void sum(double[] values);

  /** Replaces the vector on every rank by the vector of {@code root}. */
  void broadcast(FlatVector vector, int root);

  /**
   * Sends a different piece of a vector from every rank to each rank. The bits stay the same, and
   * need not be numbers.
   *
   * @param outgoing {@code size()} equal pieces, piece r for rank r
   * @param incoming of the same length; piece r from rank r
   */
  void allToAll(FlatVector outgoing, FlatVector incoming);

  /**
   * Sends the vector of every rank to all ranks. The bits stay the same, and need not be numbers.
   *
   * @param own equally long on every rank
   * @param all {@code size()} times as long; piece r from rank r
   */
  void allGather(FlatVector own, FlatVector all);

  /** Waits until every rank has called this. */
  void barrier();

  /** Bytes that this rank has sent to the others, computed from the algorithm of each operation. */
  long bytesSent();

  @Override
  void close();

  /** The collective of a single replica. */
  static Collective alone() {
    return new Alone();
  }
}
