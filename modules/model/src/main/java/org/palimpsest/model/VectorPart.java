package org.palimpsest.model;

import java.util.Objects;
import java.util.Optional;

/**
 * Some consecutive elements of a vector: a live view.
 *
 * @param from position of the first one in the whole vector
 * @param size their number
 */
public record VectorPart(FlatVector whole, long from, long size) implements FlatVector {
  /** Checks that the elements exist. */
  public VectorPart {
    Objects.checkFromIndexSize(from, size, whole.size());
  }

  @Override
  public void read(long at, float[] into, int offset, int count) {
    Objects.checkFromIndexSize(at, count, size);
    whole.read(from + at, into, offset, count);
  }

  @Override
  public void write(long at, float[] values, int offset, int count) {
    Objects.checkFromIndexSize(at, count, size);
    whole.write(from + at, values, offset, count);
  }

  @Override
  public long address() {
    long first = whole.address();
    return first == 0 ? 0 : first + from * Float.BYTES;
  }

  @Override
  public Device device() {
    return whole.device();
  }

  @Override
  public Optional<VectorMath> math() {
    return whole.math();
  }
}
