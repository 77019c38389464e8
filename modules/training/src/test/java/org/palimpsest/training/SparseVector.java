package org.palimpsest.training;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.palimpsest.model.FlatVector;

/**
 * A vector of any size that holds only the numbers that are not 0. {@link #marked} ones have a
 * number in every chunk that is unlike those of the chunks around it, so that a position which is
 * wrong by a power of two shows.
 */
public final class SparseVector implements FlatVector {
  private static final int VALUES = 1000;

  private final long size;
  private final NavigableMap<Long, Float> numbers = new TreeMap<>();

  /** A vector of zeros. */
  public SparseVector(long size) {
    this.size = size;
  }

  /** A vector with the {@link #mark} at the start of every chunk and at its end, times a factor. */
  public static SparseVector marked(long size, float factor) {
    SparseVector vector = new SparseVector(size);
    for (long position = 0; position < size; position += CHUNK) {
      vector.numbers.put(position, factor * mark(position));
    }
    vector.numbers.put(size - 1, factor * mark(size - 1));
    return vector;
  }

  /** The number of a position: from 1 to 1000. */
  public static float mark(long position) {
    return 1 + position / CHUNK % VALUES;
  }

  /** The numbers that are not 0, by position. */
  public Map<Long, Float> numbers() {
    return numbers;
  }

  @Override
  public long size() {
    return size;
  }

  private NavigableMap<Long, Float> part(long from, int count) {
    if (from < 0 || from + count > size) {
      throw new IndexOutOfBoundsException(from + " + " + count + " of " + size);
    }
    return numbers.subMap(from, true, from + count, false);
  }

  @Override
  public void read(long from, float[] into, int offset, int count) {
    Arrays.fill(into, offset, offset + count, 0);
    part(from, count).forEach((at, number) -> into[offset + (int) (at - from)] = number);
  }

  @Override
  public void write(long from, float[] values, int offset, int count) {
    part(from, count).clear();
    for (int i = 0; i < count; i++) {
      if (values[offset + i] != 0) {
        numbers.put(from + i, values[offset + i]);
      }
    }
  }
}
