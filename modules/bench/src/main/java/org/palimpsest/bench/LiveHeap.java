package org.palimpsest.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.palimpsest.base.DaemonThreads;

/**
 * Requests a full garbage collection every few seconds and records the largest live heap. It uses
 * the heap sizes that the collector reports, because a request has no effect while native code
 * holds an array.
 */
final class LiveHeap implements AutoCloseable {
  private static final long EVERY_SECONDS = 5;
  private static final String FULL_COLLECTION = "end of major GC";

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("live heap"));
  private final Set<String> heapPools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toUnmodifiableSet());
  private long largest;
  private int collections;

  LiveHeap() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector)
          .addNotificationListener((notice, handback) -> collected(notice), null, null);
    }
    ScheduledFuture<?> unused =
        timer.scheduleAtFixedRate(System::gc, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  private synchronized void collected(Notification notice) {
    GarbageCollectionNotificationInfo collection =
        GarbageCollectionNotificationInfo.from((CompositeData) notice.getUserData());
    if (collection.getGcAction().equals(FULL_COLLECTION)) {
      Map<String, MemoryUsage> left = collection.getGcInfo().getMemoryUsageAfterGc();
      largest =
          Math.max(largest, heapPools.stream().mapToLong(pool -> left.get(pool).getUsed()).sum());
      collections++;
    }
  }

  /** The largest live heap, in bytes. */
  synchronized long largest() {
    return largest;
  }

  /** Number of full collections. */
  synchronized int collections() {
    return collections;
  }

  /** The largest resident size of this process, in bytes; 0 on systems other than Linux. */
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
