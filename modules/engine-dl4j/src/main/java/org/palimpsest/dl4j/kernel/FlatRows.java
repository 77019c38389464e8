package org.palimpsest.dl4j.kernel;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Passes over flat fp32 vectors of any length, in chunks that fit in the first-level cache. */
public final class FlatRows {
  public static final int PIECE = 4096;

  private FlatRows() {}

  private static FloatPointer pointer(INDArray array) {
    return Memory.pointer(array, 0, array.length());
  }

  public static void load(INDArray array, long from, float[] into, int count) {
    pointer(array).position(from).get(into, 0, count);
  }

  public static void store(float[] values, INDArray array, long from, int count) {
    pointer(array).position(from).put(values, 0, count);
  }

  public static int count(long done, long size) {
    return (int) Math.min(PIECE, size - done);
  }

  public static void fill(INDArray array, float value) {
    float[] piece = new float[PIECE];
    Arrays.fill(piece, value);
    for (long done = 0; done < array.length(); done += PIECE) {
      store(piece, array, done, count(done, array.length()));
    }
  }

  /** Multiplies the first {@code size} elements. */
  public static void scale(INDArray array, long size, double factor) {
    float[] piece = new float[PIECE];
    for (long done = 0; done < size; done += PIECE) {
      int count = count(done, size);
      load(array, done, piece, count);
      FloatRows.scale((float) factor, piece, 0, count);
      store(piece, array, done, count);
    }
  }

  public static double sumOfSquares(INDArray array, long from, long size) {
    float[] piece = new float[PIECE];
    double sum = 0;
    for (long done = 0; done < size; done += PIECE) {
      int count = count(done, size);
      load(array, from + done, piece, count);
      sum += sumOfSquares(piece, count);
    }
    return sum;
  }

  private static double sumOfSquares(float[] x, int count) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int whole = count & ~3;
    for (int i = 0; i < whole; i += 4) {
      a += (double) x[i] * x[i];
      b += (double) x[i + 1] * x[i + 1];
      c += (double) x[i + 2] * x[i + 2];
      d += (double) x[i + 3] * x[i + 3];
    }
    for (int i = whole; i < count; i++) {
      a += (double) x[i] * x[i];
    }
    return a + b + (c + d);
  }

  /** √(mean of x²) of one tensor. */
  public static double rootMeanSquare(INDArray array, long from, long size) {
    return Math.sqrt(sumOfSquares(array, from, size) / size);
  }
}
