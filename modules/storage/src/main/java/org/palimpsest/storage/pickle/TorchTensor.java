package org.palimpsest.storage.pickle;

import java.util.List;

/**
 * A view of a storage. Its last element lies inside the storage, and it has at most as many
 * elements.
 *
 * @param offset of the first element in the storage, in elements
 * @param strides of each dimension, in elements
 */
public record TorchTensor(Storage storage, long offset, List<Long> shape, List<Long> strides) {
  public TorchTensor {
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
  }

  /** Number of elements. */
  public long size() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Whether the elements lie one after the other. */
  public boolean isContiguous() {
    long expected = 1;
    for (int i = shape.size() - 1; i >= 0; i--) {
      if (shape.get(i) != 1 && strides.get(i) != expected) {
        return size() == 0;
      }
      expected *= shape.get(i);
    }
    return true;
  }

  /** Elements of the storage from the first to the last of this tensor. */
  public long extent() {
    if (size() == 0) {
      return 0;
    }
    long last = 0;
    for (int i = 0; i < shape.size(); i++) {
      last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
    }
    return last + 1;
  }

  /** Where an element lies, counted from the first one. */
  public long place(long element) {
    long rest = element;
    long place = 0;
    for (int i = shape.size() - 1; i >= 0; i--) {
      place += rest % shape.get(i) * strides.get(i);
      rest /= shape.get(i);
    }
    return place;
  }
}
