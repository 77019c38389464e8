package org.palimpsest.torch.memory;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;

/**
 * Memory for tensors of changing shapes. It grows to the largest shape and stays, because newly
 * allocated large temporaries cost a page fault every 4 KiB. The last views stay too: layers ask
 * for the same shapes again and again.
 */
public final class Buffer {
  private static final int VIEWS = 8;

  private final BufferMemory owner;
  private final TensorOptions options;
  private final Deque<View> views = new ArrayDeque<>();
  private Tensor memory;
  private long capacity;

  private record View(long[] shape, Tensor tensor) {}

  /** An empty buffer. */
  Buffer(BufferMemory owner, TensorOptions options) {
    this.owner = owner;
    this.options = options;
  }

  /** A contiguous tensor of a shape, with undefined content; valid until the end of the pass. */
  public Tensor shaped(long... shape) {
    for (View view : views) {
      if (Arrays.equals(view.shape, shape)) {
        return view.tensor;
      }
    }
    return newView(shape.clone());
  }

  private Tensor newView(long[] shape) {
    long[] strides = new long[shape.length];
    long size = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = size;
      size *= shape[i];
    }
    if (memory == null || size > capacity) {
      grow(size);
    }
    if (views.size() == VIEWS) {
      owner.retire(views.removeLast().tensor);
    }
    Tensor view = owner.view(memory.as_strided(shape, strides));
    views.addFirst(new View(shape, view));
    return view;
  }

  private void grow(long size) {
    views.forEach(view -> owner.retire(view.tensor));
    views.clear();
    if (memory != null) {
      owner.free(memory);
      memory = null;
    }
    capacity = size + size / 8;
    memory = owner.allocate(capacity, options);
  }
}
