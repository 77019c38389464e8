package org.palimpsest.training.executor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.model.Trainable;

/**
 * The replicas of an executor between two rounds that are different jobs. Making one takes longer
 * than a short round, and any is as good as another: a round gives it all its state. What nobody
 * has wanted for {@value #IDLE_SECONDS} seconds is closed.
 */
public final class IdleReplicas {
  private static final long IDLE_SECONDS = 60;
  private static final long LOOK_EVERY_SECONDS = 5;

  private final Map<String, Deque<Idle>> idle = new HashMap<>();
  private ScheduledExecutorService cleaner;

  private record Idle(HostedReplica<?> replica, long sinceNanos) {}

  /**
   * Takes a replica.
   *
   * @param segment whose replicas are alike
   * @param maker makes one if there is none
   */
  @SuppressWarnings("unchecked") // Replicas of a segment are of one kind.
  public <B> HostedReplica<B> take(String segment, Supplier<Trainable<B>> maker) {
    synchronized (this) {
      Deque<Idle> ready = idle.get(segment);
      if (ready != null && !ready.isEmpty()) {
        return (HostedReplica<B>) ready.pop().replica();
      }
    }
    return HostedReplica.start(maker);
  }

  /** Gives one back that is sound. */
  public synchronized void giveBack(String segment, HostedReplica<?> replica) {
    idle.computeIfAbsent(segment, key -> new ArrayDeque<>())
        .push(new Idle(replica, System.nanoTime()));
    if (cleaner == null) {
      cleaner =
          Executors.newSingleThreadScheduledExecutor(
              DaemonThreads.named("palimpsest-idle-replicas"));
      Future<?> unused =
          cleaner.scheduleWithFixedDelay(
              () -> close(Duration.ofSeconds(IDLE_SECONDS)),
              LOOK_EVERY_SECONDS,
              LOOK_EVERY_SECONDS,
              TimeUnit.SECONDS);
    }
  }

  /** Closes those that have been idle for so long. */
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

  /** Closes all of a segment that is over; on an executor of its own, time does it. */
  public synchronized void close(String segment) {
    Deque<Idle> ready = idle.remove(segment);
    if (ready != null) {
      ready.forEach(replica -> replica.replica().close());
    }
  }
}
