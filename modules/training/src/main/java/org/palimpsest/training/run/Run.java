package org.palimpsest.training.run;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunListener.SegmentStart;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.preflight.Preflight;
import org.palimpsest.training.saving.CheckpointPublisher;
import org.palimpsest.training.saving.CheckpointWatcher;
import org.palimpsest.training.saving.MetricsFile;
import org.palimpsest.training.segment.SegmentEnding;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.SegmentResult;
import org.palimpsest.training.telemetry.RunLog;
import org.palimpsest.training.transport.Segment;
import org.palimpsest.training.transport.collective.CollectiveSegment;
import org.palimpsest.training.transport.spark.SparkSegment;
import org.palimpsest.training.workload.HeldOutLoss;
import org.palimpsest.training.workload.Workload;

/**
 * A training run: a chain of segments, each from one checkpoint to the next. Every segment starts
 * from the newest valid checkpoint, whether the one before it succeeded, failed, or was killed, and
 * with any number of workers.
 *
 * @param <B> a batch
 */
public final class Run<B> {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final RunPlan plan;
  private final JavaSparkContext spark;
  private final Workload<B> workload;
  private final Map<String, byte[]> attachments;
  private final RunListener listener;
  private final Checkpoints checkpoints;
  private final MetricsFile metrics;
  private final Evaluations evaluations;
  private final Supplier<Run<B>> fromScratch;

  private Run(
      RunPlan plan,
      JavaSparkContext spark,
      Workload<B> workload,
      Map<String, byte[]> attachments,
      RunListener listener,
      Optional<HeldOutLoss> heldOut,
      Supplier<Run<B>> fromScratch) {
    this.plan = plan;
    this.spark = spark;
    this.workload = workload;
    this.attachments = attachments;
    this.listener = listener;
    this.fromScratch = fromScratch;
    checkpoints = new Checkpoints(plan.checkpointPath(), spark.hadoopConfiguration());
    StoredFolder directory = new StoredFolder(plan.directory(), spark.hadoopConfiguration());
    metrics = new MetricsFile(directory);
    evaluations = new Evaluations(plan.evaluation(), heldOut, directory);
  }

  /**
   * Creates a run of a workload.
   *
   * @param recipe {@code seed} and the sections {@code run}, {@code training}, {@code checkpoint},
   *     {@code evaluation}, {@code schedule} and {@code optimizer} (gradient clipping only) are
   *     used
   * @param attachments small files to add to every checkpoint, by name
   */
  public static <B> Run<B> of(
      Recipe recipe,
      SparkSession spark,
      Workload<B> workload,
      Map<String, byte[]> attachments,
      RunListener listener) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return new Run<>(
        RunPlan.of(recipe.resumed(context.hadoopConfiguration())),
        context,
        workload,
        attachments,
        RunListener.all(List.of(listener, new RunLog(BETWEEN_LINES))),
        Optional.empty(),
        () -> of(recipe.fromScratch(), spark, workload, attachments, listener));
  }

  /** This run with a held-out loss that is measured every {@code evaluation.every} steps. */
  public Run<B> evaluatedBy(HeldOutLoss loss) {
    return evaluatedBy(loss, () -> fromScratch.get().evaluatedBy(loss));
  }

  /**
   * This run with a held-out loss, and with another run for {@link #trainFromScratch}, whose
   * workload ignores the recipe that checkpoints recorded.
   */
  public Run<B> evaluatedBy(HeldOutLoss loss, Supplier<Run<B>> scratch) {
    return new Run<>(plan, spark, workload, attachments, listener, Optional.of(loss), scratch);
  }

  /**
   * Trains from the newest checkpoint to the last step or the time limit. After a failure, the
   * Spark session stays usable and this method can be called again.
   *
   * @throws PalimpsestException of kind DIVERGED, CLUSTER, … that names the last good checkpoint
   */
  public RunResult train() {
    return trainUnderLease(() -> {});
  }

  /**
   * Deletes the run's checkpoints, and trains from the first step without their recorded settings.
   */
  public RunResult trainFromScratch() {
    return fromScratch.get().trainUnderLease(checkpoints::deleteAll);
  }

  private RunResult trainUnderLease(Runnable prepare) {
    if (step(checkpoints.newest()) < plan.training().steps()) {
      preflight().require(listener::warning);
    }
    try (Lease lease =
        Lease.take(plan.checkpointPath(), spark.hadoopConfiguration(), plan.lease())) {
      prepare.run();
      RunResult result = trainSegments(publisher(lease), lease);
      listener.finished(result);
      return result;
    }
  }

  private Preflight preflight() {
    return new Preflight(spark, plan.requirements(workload.replicaSize()), workload::warmUp);
  }

  private CheckpointPublisher publisher(Lease lease) {
    Map<String, byte[]> files = new TreeMap<>(attachments);
    files.put(Checkpoint.RECIPE, plan.recipeText());
    return new CheckpointPublisher(
        checkpoints,
        files,
        metrics,
        listener,
        lease,
        new CheckpointPublisher.Retention(
            plan.keep(), name -> evaluations.isAmongBest(name, plan.keepBest())));
  }

  private RunResult trainSegments(CheckpointPublisher publisher, Lease lease) {
    Optional<Checkpoint> newest = resume(publisher);
    lease.goOnFrom(step(newest));
    evaluations.warnIfImpossible(listener);
    TimeLimit limit = new TimeLimit(plan.training().timeLimit());
    newest.ifPresent(checkpoint -> evaluations.measure(checkpoint, listener));
    while (step(newest) < plan.training().steps()
        && !limit.isReached()
        && !evaluations.endsEarly()) {
      newest = Optional.of(nextSegment(publisher, limit));
      evaluations.measure(newest.get(), listener);
    }
    return result(newest.orElseThrow());
  }

  /** The newest valid checkpoint, after a check that it has the same data and configuration. */
  private Optional<Checkpoint> resume(CheckpointPublisher publisher) {
    Optional<Checkpoint> newest = publisher.findNewest();
    newest.ifPresent(checkpoint -> plan.refuseChanges(checkpoint, workload.fingerprint()));
    metrics.rewindTo(step(newest));
    evaluations.rewindTo(step(newest));
    return newest;
  }

  /**
   * Runs the next segment until it succeeds or the attempts are used up. A new checkpoint resets
   * the number of attempts.
   */
  private Checkpoint nextSegment(CheckpointPublisher publisher, TimeLimit limit) {
    Optional<Checkpoint> from = publisher.newest();
    for (int attempt = 1; ; attempt++) {
      SegmentResult result;
      try {
        result = runSegment(publisher, from, attempt, limit);
      } catch (PalimpsestException e) {
        Optional<Checkpoint> now = publisher.findNewest();
        attempt = step(now) > step(from) ? 1 : attempt;
        from = now;
        if (attempt == plan.training().attempts() || e.kind() == Kind.CONFIGURATION) {
          throw RunFailure.givenUp(e, from, attempt);
        }
        listener.warning(e.getMessage() + " The segment starts again from the newest checkpoint.");
        preflight().requireSlots();
        continue;
      }
      return checkpoint(result, publisher);
    }
  }

  private SegmentResult runSegment(
      CheckpointPublisher publisher, Optional<Checkpoint> from, int attempt, TimeLimit limit) {
    TrainingState state = from.map(Checkpoint::state).orElseGet(this::beginning);
    SegmentOrder order =
        plan.order(from, state, limit.clock(), spark.hadoopConfiguration(), UUID.randomUUID());
    Optional<String> path = from.map(Checkpoint::path);
    listener.segmentStarted(
        new SegmentStart(
            state.step(), order.lastStep(), order.totalSteps(), order.workers(), path, attempt));
    CheckpointWatcher watcher = new CheckpointWatcher(publisher, order);
    SegmentResult result = resultOf(order, watcher);
    limit.update(result);
    return result;
  }

  private Checkpoint checkpoint(SegmentResult result, CheckpointPublisher publisher) {
    return switch (result.ending()) {
      case COMPLETE, TIME_LIMIT -> publisher.newest().orElseThrow();
      case DIVERGED ->
          throw RunFailure.diverged(
              result.state(), plan.training().maxSkippedSteps(), publisher.newest());
      case UNSAVED -> throw RunFailure.unsaved(result.failures().get(0), publisher.newest());
    };
  }

  private SegmentResult resultOf(SegmentOrder order, CheckpointWatcher watcher) {
    try {
      return segment().run(order, watcher);
    } catch (PalimpsestException e) {
      if (watcher.hasFailed()) {
        return new SegmentResult(
            SegmentEnding.UNSAVED, order.state(), List.of(e.getMessage()), List.of(), 0);
      }
      throw e;
    }
  }

  private Segment segment() {
    return switch (plan.training().transport()) {
      case COLLECTIVE -> new CollectiveSegment<>(spark, workload, plan.training().resources());
      case SPARK -> new SparkSegment<>(spark, workload, plan.training().resources());
    };
  }

  private TrainingState beginning() {
    return TrainingState.beginning(plan.seed(), workload.fingerprint());
  }

  private RunResult result(Checkpoint newest) {
    TrainingState state = newest.state();
    return new RunResult(
        ending(state.step()),
        state.step(),
        newest.path(),
        state.targetTokens(),
        state.rawTokens(),
        state.skippedSteps(),
        state.bytesExchanged(),
        state.seconds());
  }

  private RunResult.Ending ending(long step) {
    if (step >= plan.training().steps()) {
      return RunResult.Ending.FINISHED;
    }
    return evaluations.endsEarly() ? RunResult.Ending.EARLY : RunResult.Ending.TIME_LIMIT;
  }

  private static long step(Optional<Checkpoint> checkpoint) {
    return checkpoint.map(Checkpoint::step).orElse(0L);
  }
}
