package org.palimpsest.training.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.TrainingState;
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
import org.palimpsest.training.segment.StopRequest;
import org.palimpsest.training.transport.DriverPhase;
import org.palimpsest.training.transport.Segment;
import org.palimpsest.training.transport.collective.CollectiveSegment;
import org.palimpsest.training.transport.spark.SparkSegment;
import org.palimpsest.training.workload.Workload;

/**
 * One invocation of a {@link Run}: takes the lease, finds the newest checkpoint, and trains segment
 * by segment until the run ends or is stopped.
 */
final class Training<B> {
  private final RunSetup<B> setup;
  private final RunPlan plan;
  private final JavaSparkContext spark;
  private final RunListener listener;
  private final Checkpoints checkpoints;
  private final MetricsFile metrics;
  private final Evaluations evaluations;
  private final StopRequest stop;
  private final DriverPhase betweenSegments;
  private final ParallelVerification verification;

  Training(RunSetup<B> setup, StopRequest stop) {
    this.setup = setup;
    this.stop = stop;
    plan = setup.plan();
    spark = setup.spark();
    listener = setup.listener();
    checkpoints = new Checkpoints(plan.checkpointPath(), spark.hadoopConfiguration());
    StoredFolder directory = new StoredFolder(plan.directory(), spark.hadoopConfiguration());
    metrics = new MetricsFile(directory);
    evaluations = new Evaluations(plan.evaluation(), setup.heldOut(), directory);
    betweenSegments = new DriverPhase(spark, stop, plan.directory() + "-between-segments");
    verification =
        new ParallelVerification(
            spark, plan.training().resources(), plan.training().placement().startTimeout());
  }

  /** What happens to the checkpoints of the run. */
  enum Start {
    RESUME,
    FRESH
  }

  /** Trains. */
  RunResult train(Start start) {
    Optional<Lease> taken = betweenSegments.run(() -> checkAndTakeLease(start));
    RunResult result = taken.isPresent() ? train(taken.get(), start) : result(Optional.empty());
    listener.finished(result);
    return result;
  }

  /** A fresh start deletes checkpoints that it perhaps cannot read. */
  private Lease checkAndTakeLease(Start start) {
    if (start == Start.FRESH || step(checkpoints.newest()) < plan.training().steps()) {
      preflight().require(listener::warning);
    }
    return plan.takeLease(spark.hadoopConfiguration());
  }

  @SuppressWarnings("try") // The watch needs only be closed.
  private RunResult train(Lease taken, Start start) {
    StoredFolder requests = new StoredFolder(plan.checkpointPath(), spark.hadoopConfiguration());
    try (Lease lease = taken;
        StopFile file = StopFile.watch(requests, lease.number(), stop)) {
      return trainSegments(publisher(lease), lease, start);
    }
  }

  private Preflight preflight() {
    return new Preflight(
        spark,
        plan.requirements(
            setup.workload().replicaSize(),
            setup.workload().readerBytes(plan.training().workers())),
        setup.workload()::warmUp);
  }

  private CheckpointPublisher publisher(Lease lease) {
    Map<String, byte[]> files = new TreeMap<>(setup.attachments());
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

  private RunResult trainSegments(CheckpointPublisher publisher, Lease lease, Start start) {
    Optional<Checkpoint> newest =
        betweenSegments.run(() -> begin(publisher, lease, start)).orElse(publisher.newest());
    TimeLimit limit = new TimeLimit(plan.training().timeLimit());
    while (step(newest) < plan.training().steps()
        && !limit.isReached()
        && !evaluations.endsEarly()
        && !stop.isRequested()) {
      nextSegment(publisher, limit);
      newest = publisher.newest();
      evaluate(newest);
    }
    if (!stop.isRequested()) {
      publisher.finish();
    }
    return result(newest);
  }

  private Optional<Checkpoint> begin(CheckpointPublisher publisher, Lease lease, Start start) {
    if (start == Start.FRESH) {
      checkpoints.deleteAll(lease);
    }
    Optional<Checkpoint> newest = resume(publisher);
    lease.goOnFrom(step(newest));
    evaluations.warnIfImpossible(listener);
    newest.ifPresent(checkpoint -> evaluations.measure(checkpoint, listener));
    return newest;
  }

  private void evaluate(Optional<Checkpoint> newest) {
    betweenSegments.run(
        () -> {
          newest.ifPresent(checkpoint -> evaluations.measure(checkpoint, listener));
          return newest;
        });
  }

  /** The newest valid checkpoint, after a check that it has the same data and configuration. */
  private Optional<Checkpoint> resume(CheckpointPublisher publisher) {
    Optional<Checkpoint> newest = publisher.findNewest(verification);
    newest.ifPresent(
        checkpoint -> {
          Workload<B> workload = Resumption.workload(setup.workload(), newest);
          evaluations.beginPhase(workload.phases());
          plan.refuseChanges(checkpoint);
          if (checkpoint.step() < plan.training().steps()) {
            workload.news().ifPresent(listener::note);
          }
          plan.changedRate(checkpoint).ifPresent(listener::warning);
        });
    metrics.rewindTo(step(newest));
    evaluations.rewindTo(step(newest));
    return newest;
  }

  /**
   * Runs the next segment until it succeeds, the run is stopped, or the attempts are used up. A new
   * checkpoint resets the number of attempts.
   */
  private void nextSegment(CheckpointPublisher publisher, TimeLimit limit) {
    Optional<Checkpoint> from = publisher.newest();
    for (int attempt = 1; !stop.isRequested(); attempt++) {
      SegmentResult result;
      try {
        result = runSegment(publisher, from, attempt, limit);
      } catch (PalimpsestException e) {
        if (stop.isRequested()) {
          listener.warning(e.getMessage());
          return;
        }
        Optional<Optional<Checkpoint>> found = findNewest(publisher);
        if (found.isEmpty()) {
          return;
        }
        attempt = step(found.get()) > step(from) ? 1 : attempt;
        from = found.get();
        if (attempt == plan.training().attempts() || e.kind() == Kind.CONFIGURATION) {
          throw RunFailure.givenUp(e, from, attempt);
        }
        listener.warning(e.getMessage() + " The segment starts again from the newest checkpoint.");
        awaitSlots();
        continue;
      }
      requireGood(result, publisher);
      return;
    }
  }

  /** Empty if the run is to stop. */
  private Optional<Optional<Checkpoint>> findNewest(CheckpointPublisher publisher) {
    return betweenSegments.run(() -> publisher.findNewest(verification));
  }

  private void awaitSlots() {
    betweenSegments.run(
        () -> {
          preflight().requireSlots();
          return this;
        });
  }

  private SegmentResult runSegment(
      CheckpointPublisher publisher, Optional<Checkpoint> from, int attempt, TimeLimit limit) {
    Workload<B> workload = Resumption.workload(setup.workload(), from);
    TrainingState state =
        from.map(Checkpoint::state).orElseGet(this::beginning).withPhases(workload.phases());
    SegmentOrder order =
        plan.order(from, state, limit.clock(), spark.hadoopConfiguration(), UUID.randomUUID());
    Optional<String> path = from.map(Checkpoint::path);
    listener.segmentStarted(
        new SegmentStart(
            state.step(), order.lastStep(), order.totalSteps(), order.workers(), path, attempt));
    CheckpointWatcher watcher = new CheckpointWatcher(publisher, order);
    SegmentResult result = resultOf(workload, order, watcher);
    limit.update(result);
    return result;
  }

  private void requireGood(SegmentResult result, CheckpointPublisher publisher) {
    switch (result.ending()) {
      case COMPLETE, TIME_LIMIT, STOPPED -> {}
      case DIVERGED ->
          throw RunFailure.diverged(
              result.state(), plan.training().maxSkippedSteps(), publisher.newest());
      case UNSAVED -> throw RunFailure.unsaved(result.failures().get(0), publisher.newest());
    }
  }

  private SegmentResult resultOf(
      Workload<B> workload, SegmentOrder order, CheckpointWatcher watcher) {
    try {
      return segment(workload).run(order, watcher, stop);
    } catch (PalimpsestException e) {
      if (watcher.hasFailed()) {
        return new SegmentResult(
            SegmentEnding.UNSAVED, order.state(), List.of(e.getMessage()), List.of(), 0);
      }
      throw e;
    }
  }

  private Segment segment(Workload<B> workload) {
    return switch (plan.training().transport()) {
      case COLLECTIVE -> new CollectiveSegment<>(spark, workload, plan.training().resources());
      case SPARK -> new SparkSegment<>(spark, workload, plan.training().resources());
    };
  }

  private TrainingState beginning() {
    return TrainingState.beginning(plan.seed(), setup.workload().fingerprint());
  }

  private RunResult result(Optional<Checkpoint> newest) {
    TrainingState state = newest.map(Checkpoint::state).orElseGet(this::beginning);
    return new RunResult(
        ending(state.step()),
        state.step(),
        newest.map(Checkpoint::path),
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
    if (stop.isRequested()) {
      return RunResult.Ending.STOPPED;
    }
    return evaluations.endsEarly() ? RunResult.Ending.EARLY : RunResult.Ending.TIME_LIMIT;
  }

  private static long step(Optional<Checkpoint> checkpoint) {
    return checkpoint.map(Checkpoint::step).orElse(0L);
  }
}
