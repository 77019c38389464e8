package org.palimpsest.torch.memory;

import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceGuardImplInterface;
import org.bytedeco.pytorch.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Two streams of LibTorch's pool, through the interface that LibTorch has for all kinds of devices:
 * its binding needs no class of CUDA for it. The pool has 32 streams for each GPU, and gives them
 * out in turn.
 */
final class OwnStreams implements DeviceQueue {
  private final DeviceGuardImplInterface calls;
  private final NativeHold hold = new NativeHold();
  private final Stream computation;
  private final Stream uploads;
  private final PointerPointer<Pointer> event;
  private boolean shared;

  /** Streams of a device, by the calls for its kind. */
  OwnStreams(DeviceGuardImplInterface calls, Device device) {
    this.calls = calls;
    computation = hold.hold(calls.getStreamFromGlobalPool(device, false));
    uploads = hold.hold(calls.getStreamFromGlobalPool(device, false));
    event = hold.hold(new PointerPointer<>(1L)).put(0, (Pointer) null);
  }

  /** Streams of a GPU. */
  static OwnStreams onGpu(org.palimpsest.model.Device device) {
    return NativeScope.in(
        () ->
            new OwnStreams(
                torch.getDeviceGuardImpl(torch.DeviceType.CUDA), new Device(device.toString())));
  }

  @Override
  public <T> T compute(Supplier<T> work) {
    Stream before = calls.exchangeStream(computation);
    try {
      if (shared) {
        order(before, computation);
      }
      return work.get();
    } finally {
      calls.exchangeStream(before);
    }
  }

  @Override
  public Tensor uploaded(Supplier<Tensor> copy) {
    Stream before = calls.exchangeStream(uploads);
    Tensor copied;
    try {
      copied = copy.get();
    } finally {
      calls.exchangeStream(before);
    }
    order(uploads, computation);
    calls.recordDataPtrOnStream(copied.storage().data_ptr(), computation);
    return copied;
  }

  @Override
  public void share() {
    Stream outside = calls.getStream(computation.device());
    order(computation, outside);
    shared = true;
  }

  /**
   * Later work of a stream waits for earlier work of another one. The event is used again: a stream
   * waits for what was recorded before it was told to wait.
   */
  private void order(Stream earlier, Stream later) {
    if (!earlier.equals(later)) {
      calls.record(event, earlier, earlier.device_index(), torch.EventFlag.PYTORCH_DEFAULT);
      calls.block(event.get(0), later);
    }
  }

  @Override
  public void close() {
    if (!event.isNull()) {
      calls.destroyEvent(event.get(0), computation.device_index());
      hold.close();
    }
  }
}
