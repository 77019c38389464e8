package org.palimpsest.model.spec;

import java.util.Arrays;

/**
 * One named tensor inside the flat vector.
 *
 * @param name canonical name, as Hugging Face writes it
 * @param shape dimensions, row-major
 * @param offset first element in the flat vector
 */
public record TensorSpec(String name, long[] shape, long offset) {
  /** Number of elements. */
  public long size() {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /** One past the last element. */
  public long end() {
    return offset + size();
  }

  /** Vectors (biases, norms) are spared by weight decay. */
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
