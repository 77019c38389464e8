package org.palimpsest.model;

/** A {@link FlatVector} in an array on the heap. */
public record HeapVector(float[] values) implements FlatVector {

  /** A vector of zeros. */
  public HeapVector(int size) {
    this(new float[size]);
  }

  @Override
  public long size() {
    return values.length;
  }

  @Override
  public void read(long from, float[] into, int offset, int count) {
    System.arraycopy(values, Math.toIntExact(from), into, offset, count);
  }

  @Override
  public void write(long from, float[] source, int offset, int count) {
    System.arraycopy(source, offset, values, Math.toIntExact(from), count);
  }

  @Override
  public void scale(double factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * factor);
    }
  }
}
