package org.palimpsest.torch.memory;

import java.util.function.LongConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Memory for tensors of changing shapes. It grows to the largest shape and stays, because newly
 * allocated large temporaries cost a page fault every 4 KiB.
 */
public final class Buffer {
  private final NativeHold hold;
  private final TensorOptions options;
  private final LongConsumer use;
  private Tensor memory;
  private long capacity;

  /**
   * An empty buffer.
   *
   * @param use receives the change of its size in bytes
   */
  Buffer(NativeHold hold, TensorOptions options, LongConsumer use) {
    this.hold = hold;
    this.options = options;
    this.use = use;
  }

  /** A contiguous tensor of a shape, with undefined content. */
  public Tensor shaped(long... shape) {
    long[] strides = new long[shape.length];
    long size = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = size;
      size *= shape[i];
    }
    if (memory == null || size > capacity) {
      grow(size);
    }
    return memory.as_strided(shape, strides);
  }

  private void grow(long size) {
    if (memory != null) {
      use.accept(-memory.nbytes());
      hold.release(memory);
      memory = null;
    }
    capacity = size + size / 8;
    memory = hold.hold(torch.empty(new long[] {capacity}, options, null));
    use.accept(memory.nbytes());
  }
}
