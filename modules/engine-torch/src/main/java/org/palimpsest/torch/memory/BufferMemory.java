package org.palimpsest.torch.memory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** The memory and the views of all buffers of a workspace. */
final class BufferMemory {
  private final NativeHold hold;
  private final Set<Tensor> live = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Tensor> retired = new ArrayList<>();
  private long bytes;
  private long views;

  /** Buffers whose memory {@code hold} owns. */
  BufferMemory(NativeHold hold) {
    this.hold = hold;
  }

  Tensor allocate(long elements, TensorOptions options) {
    Tensor memory = hold.hold(torch.empty(new long[] {elements}, options, null));
    bytes += memory.nbytes();
    return memory;
  }

  void free(Tensor memory) {
    bytes -= memory.nbytes();
    hold.release(memory);
  }

  Tensor view(Tensor view) {
    views++;
    view.<Pointer>retainReference();
    live.add(view);
    return view;
  }

  /** Frees a view at the next {@link #clear}: this pass may still use it. */
  void retire(Tensor view) {
    retired.add(view);
  }

  /** Frees retired views, between two passes. */
  void clear() {
    for (Tensor view : retired) {
      live.remove(view);
      view.releaseReference();
    }
    retired.clear();
  }

  /** Frees all views; {@link NativeHold} frees the memory. */
  void close() {
    live.forEach(Pointer::releaseReference);
    live.clear();
    retired.clear();
  }

  /** Bytes of all buffers. */
  long bytes() {
    return bytes;
  }

  /** Number of views made so far. */
  long views() {
    return views;
  }
}
