package org.palimpsest.torch.memory;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.Device;

/**
 * Memory of the host from which numbers cross to a device while the host goes on: a GPU copies from
 * page-locked memory by itself, but from other memory only after all work queued before, for which
 * the host waits. On a CPU the memory is not page-locked.
 */
final class Staging implements AutoCloseable {
  private final TensorOptions options;
  private final NativeHold hold = new NativeHold();
  private final List<Tensor> outgrown = new ArrayList<>();
  private Tensor memory;
  private long capacity;
  private long used;
  private long allocations;

  /** Memory for copies to a device. */
  Staging(Device device) {
    options =
        NativeScope.in(
            () ->
                hold.hold(
                    new TensorOptions(torch.ScalarType.Int)
                        .pinned_memory(new BoolOptional(device.isCuda()))));
  }

  /**
   * A copy of the numbers on a device, in its own memory there; the copy may still be under way.
   */
  Tensor copied(int[] values, org.bytedeco.pytorch.Device device) {
    if (memory == null || used + values.length > capacity) {
      grow(values.length);
    }
    Tensor part = memory.narrow(0, used, values.length);
    Transfers.put(part, values);
    used += values.length;
    return part.to(device, torch.ScalarType.Int, true, true, new MemoryFormatOptional());
  }

  private void grow(long needed) {
    if (memory != null) {
      outgrown.add(memory);
    }
    capacity = Math.max(2 * capacity, needed + needed / 8);
    memory = hold.hold(torch.empty(new long[] {capacity}, options, null));
    used = 0;
    allocations++;
  }

  /** All copies have ended, so their memory is free for others. */
  void ended() {
    used = 0;
    outgrown.forEach(hold::release);
    outgrown.clear();
  }

  /** Allocations so far; none while all uploads between two reads fit into the last one. */
  long allocations() {
    return allocations;
  }

  @Override
  public void close() {
    hold.close();
  }
}
