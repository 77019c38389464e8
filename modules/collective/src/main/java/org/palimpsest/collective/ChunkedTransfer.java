package org.palimpsest.collective;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.FlatVector;

/**
 * Passes a flat vector to c10d in pieces: in place if it is in native memory, otherwise through a
 * buffer of one piece.
 *
 * <p>The pieces are the same either way, so that a rank with a vector on the heap can compute with
 * ranks whose vectors are in native memory. A ring of W ranks sends 2(W − 1) messages per piece, so
 * the size of pieces grows with W, up to {@link #LARGEST_PIECE}.
 */
final class ChunkedTransfer implements AutoCloseable {
  /** Minimum number of elements of a piece: 16 MiB. */
  static final int PIECE = 1 << 22;

  /** Maximum number of elements of a piece: 256 MiB. */
  static final int LARGEST_PIECE = 1 << 26;

  /** A rank's part of a piece between these bounds: Gloo's longest message, 1 MiB. */
  private static final int PART = 1 << 18;

  /** Elements that are copied at once from or to the heap, within the cache. */
  private static final int HEAP_PIECE = 1 << 16;

  private final int piece;
  private FloatPointer scratch;
  private float[] heap = new float[HEAP_PIECE];

  /**
   * A transfer for a number of ranks.
   *
   * @param ranks the same number on all ranks
   */
  ChunkedTransfer(int ranks) {
    piece = piece(ranks);
  }

  /** Number of elements of a piece. */
  static int piece(int ranks) {
    return (int) Math.max(PIECE, Math.min(LARGEST_PIECE, (long) ranks * PART));
  }

  /** An operation on the tensor of a piece, which it changes in place. */
  interface Operation {
    void on(Tensor piece);
  }

  /** Applies an operation to a whole vector; the calling thread needs an open pointer scope. */
  void through(FlatVector vector, Operation operation) {
    for (long from = 0; from < vector.size(); from += piece) {
      int count = (int) Math.min(piece, vector.size() - from);
      if (!vector.device().isCuda() && vector.address() != 0) {
        long address = vector.address() + from * Float.BYTES;
        operation.on(torch.from_blob(new DeviceGroup.At(address), count));
      } else {
        throughScratch(vector, from, count, operation);
      }
    }
  }

  private void throughScratch(FlatVector vector, long from, int count, Operation operation) {
    FloatBuffer buffer = scratch(count).asBuffer();
    int most = atOnce(vector);
    for (int done = 0; done < count; done += most) {
      int part = Math.min(most, count - done);
      vector.read(from + done, heap, 0, part);
      buffer.put(done, heap, 0, part);
    }
    operation.on(torch.from_blob(scratch, count));
    for (int done = 0; done < count; done += most) {
      int part = Math.min(most, count - done);
      buffer.get(done, heap, 0, part);
      vector.write(from + done, heap, 0, part);
    }
  }

  /** Each copy from or to a GPU waits for it, so these are large. */
  private int atOnce(FlatVector vector) {
    int most = vector.device().isCuda() ? PIECE : HEAP_PIECE;
    if (heap.length < most) {
      heap = new float[most];
    }
    return most;
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
}
