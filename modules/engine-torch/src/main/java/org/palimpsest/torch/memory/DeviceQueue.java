package org.palimpsest.torch.memory;

import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.Device;

/**
 * The order in which a device does what a replica asks for. A GPU works through a stream in order,
 * and through several streams at the same time: each replica has one stream for its computation,
 * and one beside it for uploads. A CPU does everything at once, in the order of the calls.
 *
 * <pre>{@code
 * Tensor loss = queue.compute(() -> {
 *   Tensor tokens = queue.uploaded(() -> staged.to(gpu));
 *   return network.loss(tokens);
 * });
 * }</pre>
 */
public sealed interface DeviceQueue extends AutoCloseable permits HostOrder, OwnStreams {
  /**
   * Work of the calling thread is done in the replica's order. Afterwards the thread's own order is
   * set back, also after an error; the device may still be at work.
   */
  <T> T compute(Supplier<T> work);

  /**
   * A copy to the device, beside the computation; called within {@link #compute}. The host waits
   * for nothing, the computation that is asked for later waits for the copy, and the memory of the
   * copy is not used again before the computation has read it.
   *
   * @param copy makes the copy in memory of its own
   */
  Tensor uploaded(Supplier<Tensor> copy);

  /**
   * Gives the memory of the replica to others: later work of the calling thread, outside of {@link
   * #compute}, sees what was computed so far, and from now on each computation sees what its thread
   * asked for before.
   */
  void share();

  @Override
  void close();

  /** The same as {@link #compute}, in a scope for native objects. */
  default <T> T scoped(Supplier<T> work) {
    return compute(() -> NativeScope.in(work));
  }

  /** The same without a result. */
  default void run(Runnable work) {
    scoped(
        () -> {
          work.run();
          return null;
        });
  }

  /** The order of a replica on a device. */
  static DeviceQueue of(Device device) {
    return device.isCuda() ? OwnStreams.onGpu(device) : new HostOrder();
  }
}
