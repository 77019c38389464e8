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
 * Asks for a collection of the whole heap every few seconds and keeps the largest heap that one has
 * left. What a collection left is what the collector says: one that is asked for while native code
 * holds an array does not take place, and what is used then is garbage for the greater part.
 */
final class LiveHeap implements AutoCloseable {
  private static final long EVERY_SECONDS = 5;
  private static final String WHOLE_HEAP = "end of major GC";

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
    if (collection.getGcAction().equals(WHOLE_HEAP)) {
      Map<String, MemoryUsage> left = collection.getGcInfo().getMemoryUsageAfterGc();
      largest =
          Math.max(largest, heapPools.stream().mapToLong(pool -> left.get(pool).getUsed()).sum());
      collections++;
    }
  }

  /** In bytes. */
  synchronized long largest() {
    return largest;
  }

  /** How many collections of the whole heap there were. */
  synchronized int collections() {
    return collections;
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
