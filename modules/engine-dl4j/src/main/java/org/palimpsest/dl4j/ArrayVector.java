package org.palimpsest.dl4j;

import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.palimpsest.dl4j.kernel.FlatRows;
import org.palimpsest.dl4j.kernel.Memory;
import org.palimpsest.model.FlatVector;

/** A contiguous ND4J vector in the host's memory as a {@link FlatVector} in single precision. */
final class ArrayVector implements FlatVector {
  private final INDArray array;
  private final long size;
  private final boolean single;

  private ArrayVector(INDArray array, long size) {
    this.array = array;
    this.size = size;
    this.single = array.dataType() == DataType.FLOAT;
  }

  /** A live view of a vector. */
  static ArrayVector of(INDArray array) {
    return of(array, array.length());
  }

  /** A live view of the first elements of a vector. */
  static ArrayVector of(INDArray array, long size) {
    return new ArrayVector(array, size);
  }

  @Override
  public long size() {
    return size;
  }

  private FloatPointer from(long from) {
    return Memory.pointer(array, 0, size).position(from);
  }

  @Override
  public void read(long from, float[] into, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, into.length);
    check(from, count);
    if (single && count > 0) {
      from(from).get(into, offset, count);
    }
    for (int i = 0; !single && i < count; i++) {
      into[offset + i] = array.data().getFloat(from + i);
    }
  }

  @Override
  public void write(long from, float[] values, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, values.length);
    check(from, count);
    if (single && count > 0) {
      from(from).put(values, offset, count);
    }
    for (int i = 0; !single && i < count; i++) {
      array.data().put(from + i, values[offset + i]);
    }
  }

  private void check(long from, int count) {
    if (from < 0 || count < 0 || from + count > size) {
      throw new IndexOutOfBoundsException(
          "elements " + from + " to " + (from + count) + " of a vector of " + size);
    }
  }

  @Override
  public void scale(double factor) {
    if (single) {
      FlatRows.scale(array, array.length(), factor);
    } else {
      array.muli(factor);
    }
  }

  @Override
  public long address() {
    return single && size > 0 ? array.data().addressPointer().address() : 0;
  }
}
