package org.palimpsest.tasks.denoising;

import org.palimpsest.model.FlatVector;
import org.palimpsest.model.spec.TensorSpec;

/**
 * The rows of a tensor. A vector has one row.
 *
 * @param parameters all parameters of the model
 */
record Rows(FlatVector parameters, TensorSpec tensor) {

  /** Number of rows of this tensor in any model. */
  int count(TensorSpec same) {
    return same.isVector() ? 1 : Math.toIntExact(same.shape()[0]);
  }

  private float[] row() {
    return new float[Math.toIntExact(tensor.size() / count(tensor))];
  }

  /** The mean of some rows, summed in double precision. */
  float[] mean(int[] some) {
    float[] row = row();
    double[] sum = new double[row.length];
    for (int r : some) {
      read(r, row);
      for (int i = 0; i < row.length; i++) {
        sum[i] += row[i];
      }
    }
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (sum[i] / some.length);
    }
    return row;
  }

  /** Writes a row to the rows [first, end). */
  void fill(int first, int end, float[] row) {
    for (int r = first; r < end; r++) {
      write(r, row);
    }
  }

  /**
   * Fills the rows from {@code known} on with the rows [offset, known), over and over.
   *
   * @param offset number of first rows that are not repeated
   */
  void repeat(int offset, int known) {
    float[] row = row();
    for (int r = known; r < count(tensor); r++) {
      read(offset + (r - offset) % (known - offset), row);
      write(r, row);
    }
  }

  private void read(int row, float[] values) {
    parameters.read(tensor.offset() + (long) row * values.length, values, 0, values.length);
  }

  private void write(int row, float[] values) {
    parameters.write(tensor.offset() + (long) row * values.length, values, 0, values.length);
  }
}
