package org.palimpsest.dl4j.kernel;

/**
 * A matrix in memory.
 *
 * @param memory its memory
 * @param offset index of the first element
 * @param rows number of rows
 * @param columns elements of a row, which are adjacent
 * @param stride distance from one row's first element to the next's
 */
public record Matrix(Memory memory, long offset, int rows, int columns, int stride) {

  /** Dense rows from the start of the memory. */
  public static Matrix of(Memory memory, int rows, int columns) {
    return new Matrix(memory, 0, rows, columns, columns);
  }

  /** A range of rows. */
  public Matrix rows(int from, int count) {
    return new Matrix(memory, at(from), count, columns, stride);
  }

  /** A range of columns. */
  public Matrix columns(int from, int count) {
    return new Matrix(memory, offset + from, rows, count, stride);
  }

  /** The offset of a row. */
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
