package org.palimpsest.torch;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;

/**
 * Frees every native object that some work made, when the work is done: garbage collection would do
 * it too late, for it does not see how large they are.
 */
final class NativeScope {
  private NativeScope() {}

  static void run(Runnable work) {
    in(
        () -> {
          work.run();
          return null;
        });
  }

  // The scope acts by being open; nothing in the body names it.
  @SuppressWarnings("try")
  static <T> T in(Supplier<T> work) {
    try (PointerScope scope = new PointerScope()) {
      return work.get();
    }
  }
}
