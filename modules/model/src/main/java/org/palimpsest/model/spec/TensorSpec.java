package org.palimpsest.model.spec;

import java.util.Arrays;

/**
 * A named tensor in the flat vector.
 *
 * @param name canonical name, as in Hugging Face
 * @param shape dimensions, row-major
 * @param offset index of the first element in the flat vector
 */
public record TensorSpec(String name, long[] shape, long offset) {
  /** Number of elements. */
  public long size() {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /** The index after the last element. */
  public long end() {
    return offset + size();
  }

  /** Whether this is a vector (bias, norm), which weight decay skips. */
  public boolean isVector() {
    return shape.length == 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorSpec that
        && name.equals(that.name)
        && Arrays.equals(shape, that.shape)
        && offset == that.offset;
  }

  @Override
  public int hashCode() {
    return name.hashCode() * 31 + Long.hashCode(offset);
  }
}
