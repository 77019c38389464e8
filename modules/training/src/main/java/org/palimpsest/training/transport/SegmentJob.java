package org.palimpsest.training.transport;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.SparkDriverExecutionException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.StopRequest;

/**
 * The Spark jobs of a segment: names them in Spark's UI, and listens to their tasks, because Spark
 * returns the reason for a failed barrier stage only as text. Listeners get the exception.
 *
 * <p>A stop cancels the jobs, and so does a user who cancels them through Spark. Spark then marks
 * the tasks, which end at their next step; it does not interrupt them, so that they can save their
 * state.
 */
public final class SegmentJob extends SparkListener implements AutoCloseable {
  public static final String GROUP = "spark.jobGroup.id";
  private static final String DESCRIPTION = "spark.job.description";
  private static final String INTERRUPT = "spark.job.interruptOnCancel";
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(5);
  private static final Duration WITHOUT_TASKS = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final JavaSparkContext spark;
  private final String group;
  private final String segment;
  private final Map<String, Optional<String>> propertiesBefore = new TreeMap<>();
  private final Set<Integer> stages = ConcurrentHashMap.newKeySet();
  private final Set<Long> running = ConcurrentHashMap.newKeySet();
  private final StopRequest stop;
  private final StopRequest.Scope onStop;
  private volatile boolean cancelled;
  private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();

  private SegmentJob(JavaSparkContext spark, SegmentOrder order, StopRequest stop) {
    this.spark = spark;
    this.stop = stop;
    group = group(order);
    segment = "training, steps " + order.state().step() + " to " + order.lastStep();
    onStop = stop.onRequest(() -> spark.sc().cancelJobGroup(group));
  }

  /**
   * Why a worker failed.
   *
   * @param cause absent if Spark reports only a text
   */
  private record Failure(int rank, String text, Optional<Throwable> cause) {
    boolean isConsequence() {
      return cause.filter(SegmentJob::isConsequence).isPresent();
    }

    PalimpsestException exception() {
      Kind kind =
          cause.orElse(null) instanceof PalimpsestException known ? known.kind() : Kind.OTHER;
      return new PalimpsestException(
          kind, "Worker " + rank + " failed: " + text, cause.orElse(null));
    }
  }

  /** Spark's job group of a segment. */
  public static String group(SegmentOrder order) {
    return order.runId() + "-" + order.attempt();
  }

  /**
   * Begins the jobs of a segment, which the driver's thread runs.
   *
   * @param stop cancels the jobs
   */
  public static SegmentJob begin(JavaSparkContext spark, SegmentOrder order, StopRequest stop) {
    SegmentJob job = new SegmentJob(spark, order, stop);
    job.set(GROUP, job.group);
    job.set(DESCRIPTION, job.segment);
    job.set(INTERRUPT, "false");
    spark.sc().addSparkListener(job);
    return job;
  }

  /** Names the round of the following jobs. */
  public void round(long firstStep, long lastStep) {
    spark.setLocalProperty(
        DESCRIPTION, segment + ", round of steps " + firstStep + " to " + lastStep);
  }

  /** Makes the jobs fail, from another thread. */
  public void cancel() {
    cancelled = true;
    spark.sc().cancelJobGroup(group);
  }

  private void set(String key, String value) {
    propertiesBefore.put(key, Optional.ofNullable(spark.getLocalProperty(key)));
    spark.setLocalProperty(key, value);
  }

  /**
   * Runs a job in this thread.
   *
   * @return its result; empty if the run is to stop, by a {@link StopRequest}, an interrupt of this
   *     thread, or a cancellation through Spark
   * @throws PalimpsestException with the worker that failed first, and its reason
   */
  public <T> Optional<T> await(Supplier<T> job) {
    try {
      return stop.isRequested() ? Optional.empty() : Optional.of(job.get());
    } catch (PalimpsestException e) {
      throw e;
    } catch (Exception e) { // Spark's exception is checked, but Scala does not declare it.
      if (!cancelled && Cancellation.isCauseOf(e)) {
        stop.request();
      }
      if (stop.isRequested()) {
        return Optional.empty();
      }
      throw firstFailure(e);
    }
  }

  /** Whether tasks of the jobs still run. */
  public boolean isRunning() {
    return !running.isEmpty();
  }

  /**
   * Waits until no task runs any more, so that their slots are free.
   *
   * @param patience after which the tasks are interrupted; then they have a few seconds to end
   */
  public void endTasks(Duration patience) {
    if (!haveEnded(patience)) {
      running.forEach(task -> spark.sc().killTaskAttempt(task, true, "the segment has ended"));
      boolean unused = haveEnded(AFTER_INTERRUPT);
    }
  }

  private boolean haveEnded(Duration patience) {
    long start = System.nanoTime();
    while (isRunning() && System.nanoTime() - start < patience.toNanos()) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return !isRunning();
  }

  /** Whether a failure is only the consequence of another worker's failure. */
  public static boolean isConsequence(Throwable failure) {
    return failure instanceof PalimpsestException known && known.kind() == Kind.CLUSTER;
  }

  private PalimpsestException firstFailure(Exception e) {
    if (spark.sc().isStopped()) {
      return new PalimpsestException(
          Kind.CLUSTER,
          "The Spark session was stopped while the run trained: start the run again in a new"
              + " session.",
          e);
    }
    Optional<PalimpsestException> named = PalimpsestException.in(e);
    awaitTasks();
    if (named.isPresent() && e instanceof SparkDriverExecutionException) {
      return named.get(); // The driver's own; Spark says no more of it than "Execution error".
    }
    return failures.stream()
        .filter(failure -> !failure.isConsequence())
        .findFirst()
        .or(() -> failures.stream().findFirst())
        .map(Failure::exception)
        .or(() -> named)
        .orElseGet(() -> new PalimpsestException(Kind.CLUSTER, message(e), e));
  }

  /**
   * Waits until all tasks have ended. Spark cancels a job at the first failure that it receives,
   * which may be only the consequence of another worker's failure. Tasks that wait for something
   * else than the failed worker are interrupted.
   */
  private void awaitTasks() {
    long start = System.nanoTime();
    Duration limit = WITHOUT_TASKS;
    while (System.nanoTime() - start < limit.toNanos()) {
      if (!isRunning() && !failures.isEmpty()) {
        return;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      limit = isRunning() ? AFTER_FAILURE : limit;
    }
    endTasks(Duration.ZERO);
  }

  private static String message(Exception e) {
    Throwable told =
        e instanceof SparkDriverExecutionException && e.getCause() != null ? e.getCause() : e;
    String first = String.valueOf(told.getMessage()).lines().findFirst().orElse("");
    return "Spark cancelled the training job: " + first;
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    if (start.properties() != null && group.equals(start.properties().getProperty(GROUP))) {
      start.stageInfos().foreach(stage -> stages.add(stage.stageId()));
      if (stop.isRequested()) { // The request came before Spark knew the job.
        spark.sc().cancelJobGroup(group);
      }
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (stages.contains(start.stageId())) {
      running.add(start.taskInfo().taskId());
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (stages.contains(end.stageId())) {
      note(end);
      running.remove(end.taskInfo().taskId());
    }
  }

  private void note(SparkListenerTaskEnd end) {
    int rank = end.taskInfo().partitionId();
    if (end.reason() instanceof ExceptionFailure failure) {
      Optional<Throwable> cause =
          failure.exception().isDefined()
              ? Optional.of(failure.exception().get())
              : Optional.empty();
      failures.add(new Failure(rank, text(failure, cause), cause));
    } else if (end.reason() instanceof ExecutorLostFailure lost) {
      failures.add(
          new Failure(
              rank, "its executor was lost (" + lost.toErrorString() + ").", Optional.empty()));
    }
  }

  private static String text(ExceptionFailure failure, Optional<Throwable> cause) {
    return cause.orElse(null) instanceof PalimpsestException known
        ? known.getMessage()
        : failure.className() + ": " + failure.description();
  }

  @Override
  public void close() {
    onStop.close();
    spark.sc().removeSparkListener(this);
    propertiesBefore.forEach((key, value) -> spark.setLocalProperty(key, value.orElse(null)));
  }
}
