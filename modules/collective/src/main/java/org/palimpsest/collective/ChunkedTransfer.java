package org.palimpsest.collective;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.FlatVector;

/**
 * How a flat vector comes to c10d: piece by piece, in place where it lies in native memory, and
 * otherwise through a scratch of one piece.
 *
 * <p>The pieces are the same either way, so that a rank whose vector is on the heap can compute
 * with one whose vector is not. A ring of W ranks sends 2(W − 1) messages a piece, so pieces grow
 * with W, by as much scratch as {@link #LARGEST_PIECE} says.
 */
final class ChunkedTransfer implements AutoCloseable {
  /** Elements that are moved at once at least: 16 MiB. */
  static final int PIECE = 1 << 22;

  /** And at most: 256 MiB. */
  static final int LARGEST_PIECE = 1 << 26;

  /** A rank's part of a piece, where neither bound holds: Gloo's longest message, 1 MiB. */
  private static final int PART = 1 << 18;

  private static final int HEAP_PIECE = 1 << 16;

  private final int piece;
  private FloatPointer scratch;
  private final float[] heap = new float[HEAP_PIECE];

  /**
   * For vectors of so many ranks.
   *
   * @param ranks the same number on all of them
   */
  ChunkedTransfer(int ranks) {
    piece = piece(ranks);
  }

  /** Elements that are moved at once. */
  static int piece(int ranks) {
    return (int) Math.max(PIECE, Math.min(LARGEST_PIECE, (long) ranks * PART));
  }

  /** What is done with a piece: an operation on its tensor that changes it in place. */
  interface Operation {
    void on(Tensor piece);
  }

  /** Applies an operation to a whole vector; the calling thread has a pointer scope. */
  void through(FlatVector vector, Operation operation) {
    for (long from = 0; from < vector.size(); from += piece) {
      int count = (int) Math.min(piece, vector.size() - from);
      if (vector.address() != 0 && !vector.device().isCuda()) {
        long address = vector.address() + from * Float.BYTES;
        operation.on(torch.from_blob(new At(address), count));
      } else {
        throughScratch(vector, from, count, operation);
      }
    }
  }

  private void throughScratch(FlatVector vector, long from, int count, Operation operation) {
    FloatBuffer buffer = scratch(count).asBuffer();
    for (int done = 0; done < count; done += HEAP_PIECE) {
      int part = Math.min(HEAP_PIECE, count - done);
      vector.read(from + done, heap, 0, part);
      buffer.put(done, heap, 0, part);
    }
    operation.on(torch.from_blob(scratch, count));
    for (int done = 0; done < count; done += HEAP_PIECE) {
      int part = Math.min(HEAP_PIECE, count - done);
      buffer.get(done, heap, 0, part);
      vector.write(from + done, heap, 0, part);
    }
  }

  private FloatPointer scratch(int count) {
    if (scratch == null || scratch.capacity() < count) {
      close();
      scratch = new FloatPointer(count);
      scratch.retainReference();
    }
    return scratch;
  }

  @Override
  public void close() {
    if (scratch != null) {
      scratch.close();
      scratch = null;
    }
  }

  /** Memory that belongs to somebody else. */
  private static final class At extends FloatPointer {
    At(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }
}
