package org.palimpsest.torch.memory;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** Native objects that their owner frees, whatever scopes are open when they are created. */
public final class NativeHold implements AutoCloseable {
  private final List<Pointer> held = new ArrayList<>();

  /** Keeps an object until {@link #close}. */
  public <T extends Pointer> T hold(T pointer) {
    pointer.<T>retainReference();
    held.add(pointer);
    return pointer;
  }

  void release(Pointer pointer) {
    if (held.remove(pointer)) {
      pointer.releaseReference();
    }
  }

  @Override
  public void close() {
    held.forEach(Pointer::releaseReference);
    held.clear();
  }
}
