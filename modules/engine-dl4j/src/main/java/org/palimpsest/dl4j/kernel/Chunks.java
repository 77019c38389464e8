package org.palimpsest.dl4j.kernel;

/**
 * How an operation on single elements goes through matrices of one shape: in pieces that fit the
 * first-level cache, over the ends of rows where all matrices are dense.
 */
final class Chunks {
  /** Elements of a piece at most. */
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

  /** Goes on to the next piece; false when there is none. */
  boolean next() {
    done += count;
    if (done >= lengths) {
      line++;
      done = 0;
    }
    count = (int) Math.min(SIZE, lengths - done);
    return line < lines && count > 0;
  }

  /** Where the piece begins in that matrix. */
  long at(Matrix matrix) {
    return (dense ? matrix.offset() : matrix.at(line)) + done;
  }

  /** Elements of the piece. */
  int count() {
    return count;
  }
}
