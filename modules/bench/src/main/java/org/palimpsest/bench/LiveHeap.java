package org.palimpsest.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Collects garbage every few seconds and keeps the largest heap that was left. */
final class LiveHeap implements AutoCloseable {
  private static final long EVERY_SECONDS = 5;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "live heap");
            thread.setDaemon(true);
            return thread;
          });
  private volatile long largest;

  LiveHeap() {
    ScheduledFuture<?> unused =
        timer.scheduleAtFixedRate(this::look, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  private void look() {
    System.gc();
    largest = Math.max(largest, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
  }

  /** In bytes. */
  long largest() {
    return largest;
  }

  /** The largest resident size that this process has had, in bytes; 0 where Linux does not say. */
  static long resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(0);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
