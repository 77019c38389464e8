package org.palimpsest.training.transport.spark;

import java.util.Objects;
import org.palimpsest.model.FlatVector;

/** A flat vector in many arrays on the heap, so that it may have more than 2³¹ elements. */
final class PiecewiseVector implements FlatVector {
  private final long size;
  private final float[][] pieces;

  /** A vector of zeros. */
  PiecewiseVector(long size) {
    this.size = size;
    pieces = new float[Math.toIntExact((size + CHUNK - 1) / CHUNK)][];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = new float[(int) Math.min(CHUNK, size - (long) i * CHUNK)];
    }
  }

  /** The arrays, in order; all but the last have {@link #CHUNK} elements. */
  float[][] pieces() {
    return pieces;
  }

  @Override
  public long size() {
    return size;
  }

  /** Copies between an array and a part of a piece. */
  private interface Copy {
    void part(float[] piece, int at, int done, int count);
  }

  private void forEachPart(long from, int count, Copy copy) {
    Objects.checkFromIndexSize(from, count, size);
    int done = 0;
    while (done < count) {
      long at = from + done;
      float[] piece = pieces[(int) (at / CHUNK)];
      int start = (int) (at % CHUNK);
      int part = Math.min(count - done, piece.length - start);
      copy.part(piece, start, done, part);
      done += part;
    }
  }

  @Override
  public void read(long from, float[] into, int offset, int count) {
    forEachPart(
        from,
        count,
        (piece, at, done, part) -> System.arraycopy(piece, at, into, offset + done, part));
  }

  @Override
  public void write(long from, float[] values, int offset, int count) {
    forEachPart(
        from,
        count,
        (piece, at, done, part) -> System.arraycopy(values, offset + done, piece, at, part));
  }
}
