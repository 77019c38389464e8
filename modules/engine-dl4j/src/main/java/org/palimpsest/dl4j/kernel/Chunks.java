package org.palimpsest.dl4j.kernel;

/**
 * Splits an elementwise operation over matrices of one shape into chunks that fit in the
 * first-level cache; chunks cross the ends of rows where all matrices are dense.
 */
final class Chunks {
  /** Maximum number of elements of a chunk. */
  static final int SIZE = 4096;

  private final long lengths;
  private final int lines;
  private final boolean dense;
  private int line;
  private long done;
  private int count;

  Chunks(Matrix first, Matrix... others) {
    boolean all = first.isDense();
    for (Matrix other : others) {
      all &= other.isDense();
    }
    dense = all;
    lines = all ? 1 : first.rows();
    lengths = all ? first.size() : first.columns();
  }

  /** Moves to the next chunk; false at the end. */
  boolean next() {
    done += count;
    if (done >= lengths) {
      line++;
      done = 0;
    }
    count = (int) Math.min(SIZE, lengths - done);
    return line < lines && count > 0;
  }

  /** The offset of the chunk in a matrix. */
  long at(Matrix matrix) {
    return (dense ? matrix.offset() : matrix.at(line)) + done;
  }

  /** Number of elements of the chunk. */
  int count() {
    return count;
  }
}
