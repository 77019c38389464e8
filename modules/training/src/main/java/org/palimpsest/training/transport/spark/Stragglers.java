package org.palimpsest.training.transport.spark;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.Success$;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.transport.SegmentJob;

/**
 * Cancels a round if a worker does not finish within {@code training.timeout} after the first one.
 * The time of the first worker is not limited, because a round may take hours.
 */
final class Stragglers extends SparkListener implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final JavaSparkContext spark;
  private final String group;
  private final Duration timeout;
  private final Runnable cancel;
  private final ScheduledExecutorService watch;
  private final Set<Integer> done = new TreeSet<>();
  private int stage = -1;
  private int workers;
  private long firstNanos;
  private Optional<String> late = Optional.empty();

  private Stragglers(JavaSparkContext spark, String group, Duration timeout, Runnable cancel) {
    this.spark = spark;
    this.group = group;
    this.timeout = timeout;
    this.cancel = cancel;
    watch = DaemonThreads.repeat("palimpsest-stragglers", POLL, this::check, this::fail);
  }

  static Stragglers watch(JavaSparkContext spark, SegmentOrder order, Runnable cancel) {
    Stragglers stragglers = new Stragglers(spark, SegmentJob.group(order), order.timeout(), cancel);
    spark.sc().addSparkListener(stragglers);
    return stragglers;
  }

  private synchronized void check() {
    boolean waiting = stage >= 0 && !done.isEmpty() && done.size() < workers;
    if (waiting && late.isEmpty() && System.nanoTime() - firstNanos > timeout.toNanos()) {
      late = Optional.of(named(missing()));
      cancel.run();
    }
  }

  /** Without this watch a round could wait for ever, so the round ends. */
  private synchronized void fail(Throwable e) {
    if (late.isEmpty()) {
      late = Optional.of("The watch over late workers failed (" + e + "): start the run again.");
      cancel.run();
    }
  }

  private Collection<Integer> missing() {
    Set<Integer> missing = new TreeSet<>();
    for (int rank = 0; rank < workers; rank++) {
      if (!done.contains(rank)) {
        missing.add(rank);
      }
    }
    return missing;
  }

  private String named(Collection<Integer> ranks) {
    return (ranks.size() == 1 ? "Worker " : "Workers ")
        + ranks.stream().map(String::valueOf).collect(Collectors.joining(", "))
        + " did not finish a round within "
        + timeout.toSeconds()
        + " s after the first one: see the log of its executor, or raise training.timeout.";
  }

  /** Runs a round. If it fails because of a late worker, the exception names the worker. */
  <T> T named(Supplier<T> round) {
    try {
      return round.get();
    } catch (RuntimeException e) {
      throw late()
          .<RuntimeException>map(
              who -> new PalimpsestException(PalimpsestException.Kind.CLUSTER, who, e))
          .orElse(e);
    }
  }

  private synchronized Optional<String> late() {
    return late;
  }

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    boolean ours =
        submitted.properties() != null
            && group.equals(submitted.properties().getProperty(SegmentJob.GROUP));
    if (ours && submitted.stageInfo().parentIds().isEmpty()) {
      stage = submitted.stageInfo().stageId();
      workers = submitted.stageInfo().numTasks();
      done.clear();
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.stageId() == stage && end.reason() == Success$.MODULE$) {
      firstNanos = done.isEmpty() ? System.nanoTime() : firstNanos;
      done.add(end.taskInfo().index());
    }
  }

  @Override
  public synchronized void onStageCompleted(SparkListenerStageCompleted completed) {
    if (completed.stageInfo().stageId() == stage) {
      stage = -1;
    }
  }

  @Override
  public void close() {
    watch.shutdownNow();
    spark.sc().removeSparkListener(this);
  }
}
