package org.palimpsest.torch.memory;

import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/** The order of the calls, which is that of a CPU. */
record HostOrder() implements DeviceQueue {
  @Override
  public <T> T compute(Supplier<T> work) {
    return work.get();
  }

  @Override
  public Tensor uploaded(Supplier<Tensor> copy) {
    return copy.get();
  }

  @Override
  public void share() {}

  @Override
  public void close() {}
}
