package org.palimpsest.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * What something took.
 *
 * @param seconds by the clock
 * @param cpuSeconds of all threads of this process together, which other programs on the machine
 *     hardly change
 */
record Stopwatch(double seconds, double cpuSeconds) {
  private static final double NANOS = 1e9;

  /** What is measured. */
  interface Work {
    Object done() throws IOException;
  }

  static Stopwatch of(Work work) throws IOException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    if (work.done() == null) {
      throw new IllegalStateException("nothing was done");
    }
    return new Stopwatch(
        (System.nanoTime() - start) / NANOS, (system.getProcessCpuTime() - cpu) / NANOS);
  }
}
