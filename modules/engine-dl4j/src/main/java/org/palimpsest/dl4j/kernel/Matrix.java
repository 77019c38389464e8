package org.palimpsest.dl4j.kernel;

/**
 * Rows in memory.
 *
 * @param memory where
 * @param offset first element
 * @param rows number of rows
 * @param columns elements of a row, which lie side by side
 * @param stride from one row's first element to the next's
 */
public record Matrix(Memory memory, long offset, int rows, int columns, int stride) {

  /** Dense rows from the beginning. */
  public static Matrix of(Memory memory, int rows, int columns) {
    return new Matrix(memory, 0, rows, columns, columns);
  }

  /** Some of the rows. */
  public Matrix rows(int from, int count) {
    return new Matrix(memory, at(from), count, columns, stride);
  }

  /** Some of the columns. */
  public Matrix columns(int from, int count) {
    return new Matrix(memory, offset + from, rows, count, stride);
  }

  /** Where a row begins. */
  long at(int row) {
    return offset + (long) row * stride;
  }

  boolean isDense() {
    return stride == columns;
  }

  public long size() {
    return (long) rows * columns;
  }
}
