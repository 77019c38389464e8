package org.palimpsest.storage.huggingface;

import java.util.List;

/**
 * One tensor as the header of a safetensors file names it.
 *
 * @param begin first byte, counted from the end of the header
 * @param end one past the last byte
 */
public record TensorEntry(String name, Dtype dtype, List<Long> shape, long begin, long end) {
  public TensorEntry {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long size() {
    return (end - begin) / dtype.bytes();
  }
}
