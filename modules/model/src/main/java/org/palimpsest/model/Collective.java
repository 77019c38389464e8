package org.palimpsest.model;

/**
 * Replicas that compute together. Every rank must make the same calls in the same order. A call
 * that outlasts the deadline fails with a {@link org.palimpsest.objective.PalimpsestException} of
 * kind CLUSTER; nothing waits for ever.
 */
public interface Collective extends AutoCloseable {
  int rank();

  int size();

  /** Replaces the vector, on every rank, by the sum over ranks; all ranks get identical bytes. */
  void sum(FlatVector vector);

  /** The same for a few numbers in double precision. */
  void sum(double[] values);

  /** Replaces the vector on every rank by that of {@code root}. */
  void broadcast(FlatVector vector, int root);

  void barrier();

  /** Bytes this rank has sent for its sums and broadcasts, by the algorithm's count. */
  long bytesSent();

  @Override
  void close();

  /** A collective of one. */
  static Collective alone() {
    return new Alone();
  }
}
