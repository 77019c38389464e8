package org.palimpsest.model;

/**
 * A flat fp32 vector that lives wherever its owner keeps it: on the heap, in native memory, on a
 * device. Copies cross the border in pieces, so that nobody needs a second vector of full length.
 */
public interface FlatVector {
  /** Number of elements. */
  long size();

  /**
   * Copies {@code count} elements from position {@code from} into {@code into} at {@code offset}.
   */
  void read(long from, float[] into, int offset, int count);

  /** Overwrites {@code count} elements from position {@code from} on. */
  void write(long from, float[] values, int offset, int count);

  /** Multiplies every element. */
  void scale(double factor);

  /**
   * The address of the first element, for those who can use it in place (a collective), or 0 when
   * the vector has none. Valid until the owner is closed.
   */
  default long address() {
    return 0;
  }

  /** Where {@link #address()} points. */
  default Device device() {
    return Device.CPU;
  }

  /** A copy of the whole vector on the heap; for tests and small vectors. */
  default float[] toArray() {
    float[] all = new float[Math.toIntExact(size())];
    read(0, all, 0, all.length);
    return all;
  }
}
