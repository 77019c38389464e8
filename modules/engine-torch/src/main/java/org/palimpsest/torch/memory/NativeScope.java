package org.palimpsest.torch.memory;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;

/**
 * Frees every native object that some work made, when the work is done: garbage collection would do
 * it too late, for it does not see how large they are.
 */
public final class NativeScope {
  private NativeScope() {}

  public static void run(Runnable work) {
    in(
        () -> {
          work.run();
          return null;
        });
  }

  // The scope acts by being open; nothing in the body names it.
  @SuppressWarnings("try")
  public static <T> T in(Supplier<T> work) {
    try (PointerScope scope = new PointerScope()) {
      return work.get();
    }
  }
}
