package org.palimpsest.collective;

import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.FlatVector;

/**
 * Two vectors in the memory of the host, for exchanges: themselves if they are in native memory, or
 * else copies. The bits stay the same. The memory of copies stays for the next exchange.
 */
final class HostCopies implements AutoCloseable {
  private final Copy outgoing = new Copy();
  private final Copy incoming = new Copy();

  /**
   * Exchanges the bits of one vector for those of another one; the calling thread needs an open
   * pointer scope.
   *
   * @param exchange takes the tensors of what is sent and of what is received
   */
  void exchange(FlatVector from, FlatVector into, BiConsumer<Tensor, Tensor> exchange) {
    try {
      if (!isHere(from)) {
        outgoing.read(from);
      }
      exchange.accept(tensor(from, outgoing), tensor(into, incoming));
      if (!isHere(into)) {
        incoming.write(into);
      }
    } finally {
      Reference.reachabilityFence(from); // The tensors have only addresses.
      Reference.reachabilityFence(into);
    }
  }

  private static boolean isHere(FlatVector vector) {
    return !vector.device().isCuda() && vector.address() != 0;
  }

  private static Tensor tensor(FlatVector vector, Copy copy) {
    return torch.from_blob(
        isHere(vector) ? new DeviceGroup.At(vector.address()) : copy.room(vector.size()),
        vector.size());
  }

  @Override
  public void close() {
    outgoing.close();
    incoming.close();
  }

  /** Memory that grows. */
  private static final class Copy implements AutoCloseable {
    private FloatPointer memory;
    private float[] heap = new float[0];

    FloatPointer room(long size) {
      if (memory == null || memory.capacity() < size) {
        close();
        memory = new FloatPointer(size);
        memory.retainReference();
      }
      return memory;
    }

    /** Each copy from or to a GPU waits for it, so these are large. */
    private int atOnce(long size) {
      int most = (int) Math.min(size, ChunkedTransfer.PIECE);
      if (heap.length < most) {
        heap = new float[most];
      }
      return most;
    }

    void read(FlatVector vector) {
      FloatPointer to = room(vector.size());
      int most = atOnce(vector.size());
      for (long from = 0; from < vector.size(); from += most) {
        int count = (int) Math.min(most, vector.size() - from);
        vector.read(from, heap, 0, count);
        to.getPointer(from).put(heap, 0, count);
      }
    }

    void write(FlatVector vector) {
      int most = atOnce(vector.size());
      for (long from = 0; from < vector.size(); from += most) {
        int count = (int) Math.min(most, vector.size() - from);
        memory.getPointer(from).get(heap, 0, count);
        vector.write(from, heap, 0, count);
      }
    }

    @Override
    public void close() {
      if (memory != null) {
        memory.close();
        memory = null;
      }
    }
  }
}
