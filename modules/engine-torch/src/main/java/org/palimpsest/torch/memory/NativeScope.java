package org.palimpsest.torch.memory;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;

/**
 * Frees all native objects that a piece of work created, when it ends: the garbage collector does
 * not see their size, and would free them too late.
 */
public final class NativeScope {
  private NativeScope() {}

  /** Runs work in a scope. */
  public static void run(Runnable work) {
    in(
        () -> {
          work.run();
          return null;
        });
  }

  // The body uses the scope only by its being open.
  @SuppressWarnings("try")
  public static <T> T in(Supplier<T> work) {
    try (PointerScope scope = new PointerScope()) {
      return work.get();
    }
  }
}
