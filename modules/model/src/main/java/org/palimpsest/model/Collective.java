package org.palimpsest.model;

import java.nio.ByteBuffer;

/**
 * Replicas that compute together. Every rank must make the same calls in the same order. A call
 * that outlasts the deadline fails with a {@link org.palimpsest.base.PalimpsestException} of kind
 * CLUSTER; nothing waits for ever.
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

  /**
   * Every rank sends each rank its own piece of bytes.
   *
   * @param outgoing direct; its {@code size()} equal pieces, of which piece r goes to rank r
   * @param incoming direct, of the same length; piece r comes from rank r
   */
  void allToAll(ByteBuffer outgoing, ByteBuffer incoming);

  /**
   * Every rank sends all ranks the same bytes.
   *
   * @param own direct; as long on every rank
   * @param all direct, {@code size()} times as long; piece r comes from rank r
   */
  void allGather(ByteBuffer own, ByteBuffer all);

  void barrier();

  /** Bytes this rank has sent to the others, by the algorithm's count. */
  long bytesSent();

  @Override
  void close();

  /** A collective of one. */
  static Collective alone() {
    return new Alone();
  }
}
