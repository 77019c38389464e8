package org.palimpsest.model;

import java.util.Optional;

/**
 * A flat fp32 vector on the heap, in native memory, or on a device. Copies are made in pieces, so
 * that no caller needs a second vector of full length.
 */
public interface FlatVector {
  /** Number of elements. */
  long size();

  /**
   * Copies {@code count} elements from position {@code from} into {@code into} at {@code offset}.
   */
  void read(long from, float[] into, int offset, int count);

  /**
   * Overwrites {@code count} elements from position {@code from} on with those of {@code values} at
   * {@code offset}.
   */
  void write(long from, float[] values, int offset, int count);

  /** Largest number of elements of a chunk of {@link #forEachChunk}. */
  int CHUNK = 1 << 16;

  /**
   * Takes one chunk of a vector.
   *
   * @param <X> the checked exception of a visitor that does input or output
   */
  @FunctionalInterface
  interface ChunkVisitor<X extends Exception> {
    /**
     * Takes {@code count} elements.
     *
     * @param from position of the first one in the vector
     * @param values a copy of the elements, from index 0; the next call reuses the array
     */
    void visit(long from, float[] values, int count) throws X;
  }

  /**
   * Reads the vector from its first to its last element in chunks of at most {@link #CHUNK}. The
   * visitor may write to the chunk that it visits.
   */
  default <X extends Exception> void forEachChunk(ChunkVisitor<X> visitor) throws X {
    float[] values = new float[(int) Math.min(CHUNK, size())];
    for (long from = 0; from < size(); from += CHUNK) {
      int count = (int) Math.min(CHUNK, size() - from);
      read(from, values, 0, count);
      visitor.visit(from, values, count);
    }
  }

  /** Overwrites this vector with another one of the same size. */
  default void set(FlatVector other) {
    other.forEachChunk((from, chunk, count) -> write(from, chunk, 0, count));
  }

  /** Multiplies every element. */
  default void scale(double factor) {
    forEachChunk(
        (from, chunk, count) -> {
          for (int i = 0; i < count; i++) {
            chunk[i] = (float) (chunk[i] * factor);
          }
          write(from, chunk, 0, count);
        });
  }

  /**
   * The address of the first element, for in-place use by a collective; 0 without an address. Valid
   * until the owner is closed.
   */
  default long address() {
    return 0;
  }

  /** The device of the memory at {@link #address()}. */
  default Device device() {
    return Device.CPU;
  }

  /**
   * Arithmetic where the elements of this vector are; empty if they are best read and written by
   * whoever computes.
   */
  default Optional<VectorMath> math() {
    return Optional.empty();
  }

  /** A copy of the whole vector on the heap; for tests and small vectors. */
  default float[] toArray() {
    float[] all = new float[Math.toIntExact(size())];
    read(0, all, 0, all.length);
    return all;
  }
}
