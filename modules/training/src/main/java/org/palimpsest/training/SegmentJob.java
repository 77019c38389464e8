package org.palimpsest.training;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.PalimpsestException.Kind;

/**
 * The Spark job of a segment: under its own name in Spark's UI, and watched, because Spark tells
 * the driver why a barrier stage failed only as text. The exceptions themselves pass by here.
 */
final class SegmentJob extends SparkListener implements AutoCloseable {
  private static final String GROUP = "spark.jobGroup.id";
  private static final String DESCRIPTION = "spark.job.description";
  private static final String INTERRUPT = "spark.job.interruptOnCancel";
  private static final long LISTENERS_MS = 10_000;

  private final JavaSparkContext spark;
  private final String group;
  private final Map<String, String> propertiesBefore = new TreeMap<>();
  private final Set<Integer> stages = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();

  private SegmentJob(JavaSparkContext spark, String group) {
    this.spark = spark;
    this.group = group;
  }

  /** Why a worker failed; {@code cause} may be null where only a text has come through. */
  private record Failure(int rank, String text, Throwable cause) {
    /** A worker that lost the others, rather than one that the others lost. */
    boolean isConsequence() {
      return cause instanceof PalimpsestException known && known.kind() == Kind.CLUSTER;
    }

    PalimpsestException exception() {
      boolean known = cause instanceof PalimpsestException;
      String message = "Worker " + rank + " failed: " + text;
      Kind kind = known ? ((PalimpsestException) cause).kind() : Kind.OTHER;
      return new PalimpsestException(kind, message, cause);
    }
  }

  static SegmentJob begin(JavaSparkContext spark, SegmentOrder order) {
    SegmentJob job = new SegmentJob(spark, order.runId() + "-" + order.attempt());
    job.set(GROUP, job.group);
    job.set(DESCRIPTION, "training, steps " + order.state().step() + " to " + order.lastStep());
    job.set(INTERRUPT, "true");
    spark.sc().addSparkListener(job);
    return job;
  }

  private void set(String key, String value) {
    propertiesBefore.put(key, String.valueOf(spark.getLocalProperty(key)));
    spark.setLocalProperty(key, value);
  }

  /**
   * Runs the job in this thread.
   *
   * @throws PalimpsestException that names the worker that failed first, and why
   */
  List<WorkerReport> await(Supplier<List<WorkerReport>> job) {
    try {
      return job.get();
    } catch (Exception e) { // Spark's own is checked, but comes undeclared from Scala.
      throw firstFailure(e);
    }
  }

  private PalimpsestException firstFailure(Exception e) {
    try {
      spark.sc().listenerBus().waitUntilEmpty(LISTENERS_MS);
    } catch (TimeoutException late) {
      e.addSuppressed(late);
    }
    return failures.stream()
        .filter(failure -> !failure.isConsequence())
        .findFirst()
        .or(() -> failures.stream().findFirst())
        .map(Failure::exception)
        .orElseGet(() -> new PalimpsestException(Kind.CLUSTER, spoken(e), e));
  }

  private static String spoken(Exception e) {
    String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return "Spark gave the training job up: " + first;
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    if (start.properties() != null && group.equals(start.properties().getProperty(GROUP))) {
      start.stageInfos().foreach(stage -> stages.add(stage.stageId()));
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (!stages.contains(end.stageId())) {
      return;
    }
    int rank = end.taskInfo().partitionId();
    if (end.reason() instanceof ExceptionFailure failure) {
      Throwable cause = failure.exception().isDefined() ? failure.exception().get() : null;
      failures.add(new Failure(rank, text(failure, cause), cause));
    } else if (end.reason() instanceof ExecutorLostFailure lost) {
      failures.add(
          new Failure(rank, "its executor was lost (" + lost.toErrorString() + ").", null));
    }
  }

  private static String text(ExceptionFailure failure, Throwable cause) {
    return cause instanceof PalimpsestException known
        ? known.getMessage()
        : failure.className() + ": " + failure.description();
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(this);
    propertiesBefore.forEach(
        (key, value) -> spark.setLocalProperty(key, value.equals("null") ? null : value));
  }
}
