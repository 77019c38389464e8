package org.palimpsest.bench.device;

import java.util.List;

/** Tells which kernels a GPU runs. Found with {@link java.util.ServiceLoader}. */
public interface Kernels {
  /**
   * The kernels that run during some work, those that take most time first.
   *
   * @param work which waits for the GPU at its end
   * @throws org.palimpsest.base.PalimpsestException if they cannot be observed on this machine
   */
  List<Kernel> during(Runnable work);

  /**
   * A kernel.
   *
   * @param calls how often it ran
   * @param milliseconds of all calls
   */
  record Kernel(String name, long calls, double milliseconds) {}
}
