package org.palimpsest.dl4j.kernel;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A contiguous ND4J vector in three forms: an array for ND4J, an address for BLAS, and a direct
 * buffer for Java, from which row kernels copy chunks to Java arrays. A view in ND4J costs about 50
 * µs, an offset in here nothing.
 */
public final class Memory {
  private static final long MOST_BYTES = Integer.MAX_VALUE;

  private final INDArray array;
  private final long address;
  private final long size;
  private final Pointer[] pointers;
  private final FloatBuffer floats;
  private final IntBuffer bits;
  private final DoubleBuffer doubles;

  private Memory(INDArray array) {
    this.array = array;
    this.address = array.data().addressPointer().address();
    this.size = array.length();
    boolean single = array.dataType() == DataType.FLOAT;
    if (size * (single ? 4 : 8) > MOST_BYTES) {
      throw new IllegalArgumentException("A tensor of " + size + " elements is larger than 2 GiB.");
    }
    floats = single ? new Floats(address, size).asByteBuffer().asFloatBuffer() : null;
    bits = single ? new Floats(address, size).asByteBuffer().asIntBuffer() : null;
    doubles = single ? null : new Doubles(address, size).asByteBuffer().asDoubleBuffer();
    pointers = new Pointer[3];
    for (int i = 0; i < pointers.length; i++) {
      pointers[i] = single ? new Floats(address, size) : new Doubles(address, size);
    }
  }

  /** The memory of a contiguous ND4J vector in the host's memory, FLOAT or DOUBLE. */
  public static Memory of(INDArray array) {
    return new Memory(array);
  }

  /** New memory with undefined content. */
  public static Memory allocate(DataType type, long size) {
    return new Memory(Nd4j.createUninitialized(type, size));
  }

  public INDArray array() {
    return array;
  }

  public long size() {
    return size;
  }

  FloatBuffer floats() {
    return floats;
  }

  /** The same bytes as {@link #floats()}. */
  IntBuffer bits() {
    return bits;
  }

  DoubleBuffer doubles() {
    return doubles;
  }

  /**
   * One of three pointers, so that one memory can be all three operands of a product; valid until
   * the next call for that role.
   */
  FloatPointer floatsFrom(int role, long offset) {
    return ((FloatPointer) pointers[role]).position(offset);
  }

  /** The same in double precision. */
  DoublePointer doublesFrom(int role, long offset) {
    return ((DoublePointer) pointers[role]).position(offset);
  }

  /** A pointer to elements of a vector of any size, from {@code from} on. */
  public static FloatPointer pointer(INDArray array, long from, long size) {
    return new Floats(array.data().addressPointer().address() + 4 * from, size);
  }

  /** Frees the memory now, without the garbage collector. */
  public void free() {
    array.close();
  }

  private static final class Floats extends FloatPointer {
    Floats(long address, long size) {
      super((Pointer) null);
      this.address = address;
      this.limit = size;
      this.capacity = size;
    }
  }

  private static final class Doubles extends DoublePointer {
    Doubles(long address, long size) {
      super((Pointer) null);
      this.address = address;
      this.limit = size;
      this.capacity = size;
    }
  }
}
