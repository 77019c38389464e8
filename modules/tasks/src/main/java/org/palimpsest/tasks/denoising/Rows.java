package org.palimpsest.tasks.denoising;

import org.palimpsest.model.FlatVector;
import org.palimpsest.model.spec.TensorSpec;

/**
 * The rows of a tensor in two models, of which the second has at least as many. A vector has one
 * row.
 *
 * @param from parameters of the first model
 * @param source the tensor there
 * @param into parameters of the second model
 * @param target the tensor there
 */
record Rows(FlatVector from, TensorSpec source, FlatVector into, TensorSpec target) {

  /** Number of rows in the first model. */
  int known() {
    return rows(source);
  }

  private static int rows(TensorSpec tensor) {
    return tensor.isVector() ? 1 : Math.toIntExact(tensor.shape()[0]);
  }

  private int width() {
    return Math.toIntExact(source.size() / known());
  }

  /** Copies the rows of the first model. */
  void copy() {
    float[] row = new float[width()];
    for (int r = 0; r < known(); r++) {
      read(r, row);
      write(r, row);
    }
  }

  /** The mean of the first rows, summed in double precision. */
  float[] mean(int count) {
    double[] sum = new double[width()];
    float[] row = new float[width()];
    for (int r = 0; r < count; r++) {
      read(r, row);
      for (int i = 0; i < row.length; i++) {
        sum[i] += row[i];
      }
    }
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (sum[i] / count);
    }
    return row;
  }

  /** Writes a row to the rows [first, end) of the second model. */
  void fill(int first, int end, float[] row) {
    for (int r = first; r < end; r++) {
      write(r, row);
    }
  }

  /**
   * Fills the rows that the first model does not have with its rows, over and over.
   *
   * @param offset number of first rows that are not repeated
   */
  void repeat(int offset) {
    float[] row = new float[width()];
    int period = known() - offset;
    for (int r = known(); r < rows(target); r++) {
      read(offset + (r - offset) % period, row);
      write(r, row);
    }
  }

  private void read(int row, float[] values) {
    from.read(source.offset() + (long) row * values.length, values, 0, values.length);
  }

  private void write(int row, float[] values) {
    into.write(target.offset() + (long) row * values.length, values, 0, values.length);
  }
}
