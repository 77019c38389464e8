package org.palimpsest.gpucheck;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.bench.device.Kernels.Kernel;

/** Calls and time of each kernel. */
final class KernelSums {
  private static final int MOST = 10;
  private static final int LONGEST_NAME = 100;

  private final Map<String, Kernel> kernels = new HashMap<>();

  /** Adds a call of a kernel. */
  synchronized void add(String name, long nanoseconds) {
    String cut = name.substring(0, Math.min(name.length(), LONGEST_NAME));
    kernels.merge(cut, new Kernel(cut, 1, nanoseconds / 1e6), KernelSums::sum);
  }

  private static Kernel sum(Kernel one, Kernel other) {
    return new Kernel(
        one.name(), one.calls() + other.calls(), one.milliseconds() + other.milliseconds());
  }

  /** The kernels that took most time. */
  synchronized List<Kernel> slowest() {
    return kernels.values().stream()
        .sorted(Comparator.comparingDouble(Kernel::milliseconds).reversed())
        .limit(MOST)
        .toList();
  }
}
