package org.palimpsest.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * The duration of an action.
 *
 * @param seconds wall time
 * @param cpuSeconds CPU time of all threads of this process, which other processes on the machine
 *     hardly affect
 */
record Stopwatch(double seconds, double cpuSeconds) {
  private static final double NANOS = 1e9;

  /** The action to measure; returns a result that is not null. */
  interface Work {
    Object done() throws IOException;
  }

  static Stopwatch of(Work work) throws IOException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    if (work.done() == null) {
      throw new IllegalStateException("The measured action returned no result.");
    }
    return new Stopwatch(
        (System.nanoTime() - start) / NANOS, (system.getProcessCpuTime() - cpu) / NANOS);
  }
}
