package org.palimpsest.dl4j;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A vector in ND4J's binary format. ND4J's own reader takes the shape and the strides as a file
 * states them, and would read memory outside of the array.
 *
 * <p>A file has two buffers: one of the shape (rank, dimensions, strides, three more numbers), and
 * one of the elements. Each is, big-endian: the mode of allocation (UTF), the number of elements
 * (long), their type (UTF), the elements.
 *
 * @param size number of elements
 * @param type FLOAT or DOUBLE
 */
record StoredArray(long size, DataType type) {
  private static final int PIECE = 1 << 14;

  /** Those of ND4J 1.0; earlier versions wrote shapes of 32 bits. */
  private static final Set<String> MODES = Set.of("MIXED_DATA_TYPES", "LONG_SHAPE");

  private static final int MOST_DIMENSIONS = 2;
  private static final int OTHER_SHAPE_NUMBERS = 4;

  /** The start of a buffer. */
  private record Buffer(long length, String type) {
    static Buffer read(DataInputStream in) throws IOException {
      if (!MODES.contains(in.readUTF())) {
        throw new IOException("an array is not one of ND4J 1.0");
      }
      return new Buffer(in.readLong(), in.readUTF());
    }
  }

  /**
   * Reads up to the first element.
   *
   * @throws IOException if it is not a vector of floating-point numbers
   */
  static StoredArray header(DataInputStream in) throws IOException {
    long[] dimensions = dimensions(in);
    Buffer elements = Buffer.read(in);
    boolean isVector =
        elements.length() > 0
            && LongStream.of(dimensions).filter(d -> d != 1).count() <= 1
            && LongStream.of(dimensions).max().orElse(1) == elements.length();
    if (!isVector || !Set.of("FLOAT", "DOUBLE").contains(elements.type())) {
      throw new IOException("an array is not a vector of floating-point numbers");
    }
    return new StoredArray(elements.length(), DataType.valueOf(elements.type()));
  }

  private static long[] dimensions(DataInputStream in) throws IOException {
    Buffer buffer = Buffer.read(in);
    int most = OTHER_SHAPE_NUMBERS + 2 * MOST_DIMENSIONS;
    if (!buffer.type().equals("LONG") || buffer.length() < 1 || buffer.length() > most) {
      throw new IOException("an array has more than " + MOST_DIMENSIONS + " dimensions");
    }
    long[] shape = new long[(int) buffer.length()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = in.readLong();
    }
    if (shape[0] < 0 || shape.length != OTHER_SHAPE_NUMBERS + 2 * shape[0]) {
      throw new IOException("an array has a damaged shape");
    }
    return Arrays.copyOfRange(shape, 1, 1 + (int) shape[0]);
  }

  /** Reads the elements, which follow the header, into a contiguous array of this size and type. */
  void read(DataInputStream in, INDArray into) throws IOException {
    if (type == DataType.DOUBLE) {
      for (long i = 0; i < size; i++) {
        into.data().put(i, in.readDouble());
      }
      return;
    }
    ArrayVector vector = ArrayVector.of(into);
    float[] piece = new float[PIECE];
    for (long from = 0; from < size; from += PIECE) {
      int count = (int) Math.min(PIECE, size - from);
      for (int i = 0; i < count; i++) {
        piece[i] = in.readFloat();
      }
      vector.write(from, piece, 0, count);
    }
  }
}
