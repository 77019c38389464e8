package org.palimpsest.training.executor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.model.Trainable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas of an executor between two rounds that are different jobs. Creating a replica takes
 * longer than a short round. A task may use any replica of its segment, because the round
 * overwrites all of its state. Replicas that have been idle for {@value #IDLE_SECONDS} seconds are
 * closed.
 */
public final class IdleReplicas {
  private static final Logger LOG = LoggerFactory.getLogger(IdleReplicas.class);
  private static final long IDLE_SECONDS = 60;
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private final Map<String, Deque<Idle>> idle = new HashMap<>();
  private ScheduledExecutorService cleaner;

  private record Idle(HostedReplica<?> replica, long sinceNanos) {}

  /**
   * Takes a replica.
   *
   * @param segment identifies the segment; all its replicas have the same shape
   * @param maker creates a replica if none is idle
   */
  @SuppressWarnings("unchecked") // All replicas of a segment have the same type.
  public <B> HostedReplica<B> take(String segment, Supplier<Trainable<B>> maker) {
    synchronized (this) {
      Deque<Idle> ready = idle.get(segment);
      if (ready != null && !ready.isEmpty()) {
        return (HostedReplica<B>) ready.pop().replica();
      }
    }
    return HostedReplica.start(maker);
  }

  /** Returns a replica that did not fail. */
  public synchronized void giveBack(String segment, HostedReplica<?> replica) {
    idle.computeIfAbsent(segment, key -> new ArrayDeque<>())
        .push(new Idle(replica, System.nanoTime()));
    if (cleaner == null) {
      cleaner =
          DaemonThreads.repeat(
              "palimpsest-idle-replicas",
              LOOK_EVERY,
              () -> close(Duration.ofSeconds(IDLE_SECONDS)),
              e -> LOG.warn("An idle replica could not be closed.", e));
    }
  }

  /** Closes the replicas that have been idle for at least this long. */
  public synchronized void close(Duration atLeast) {
    long now = System.nanoTime();
    List<Idle> old = new ArrayList<>();
    for (Deque<Idle> ready : idle.values()) {
      ready.stream().filter(i -> now - i.sinceNanos() >= atLeast.toNanos()).forEach(old::add);
      ready.removeAll(old);
    }
    idle.values().removeIf(Deque::isEmpty);
    old.forEach(replica -> replica.replica().close());
    if (idle.isEmpty() && cleaner != null) {
      cleaner.shutdown();
      cleaner = null;
    }
  }

  /**
   * Closes all replicas of a segment, on the driver's own executor. On other executors they are
   * closed after {@value #IDLE_SECONDS} seconds.
   */
  public synchronized void close(String segment) {
    Deque<Idle> ready = idle.remove(segment);
    if (ready != null) {
      ready.forEach(replica -> replica.replica().close());
    }
  }
}
