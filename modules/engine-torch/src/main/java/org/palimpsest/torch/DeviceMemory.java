package org.palimpsest.torch;

import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.Device;
import org.palimpsest.torch.memory.NativeScope;

/** Tells how much memory of a GPU is free. */
interface DeviceMemory {
  /** What LibTorch says. */
  DeviceMemory OF_LIBTORCH =
      device -> NativeScope.in(() -> torch.getMemoryInfo((byte) device.index()).first());

  /** Bytes that are free now. */
  long free(Device device);
}
