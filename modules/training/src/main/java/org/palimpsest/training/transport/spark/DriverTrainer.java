package org.palimpsest.training.transport.spark;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.PartialRound;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.checkpoint.WorkerState.OwnVector;
import org.palimpsest.training.config.TrainingSettings.InnerState;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.executor.ExecutorRegistry;
import org.palimpsest.training.round.DivergenceGuard;
import org.palimpsest.training.round.ProgressMeter;
import org.palimpsest.training.round.RoundResult;
import org.palimpsest.training.round.Stopwatch;
import org.palimpsest.training.saving.CheckpointWatcher;
import org.palimpsest.training.saving.ParameterCheck;
import org.palimpsest.training.saving.ReplicaFiles;
import org.palimpsest.training.saving.WorkerVectors;
import org.palimpsest.training.segment.SegmentEnding;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.SegmentResult;
import org.palimpsest.training.transport.spark.RoundTask.WorkerFiles;
import org.palimpsest.training.workload.Workload;

/**
 * The driver's state of a segment whose rounds are jobs: the model, the counts, and the files of
 * the workers' own state. A background thread writes a checkpoint while the next round runs; the
 * model does not change before the checkpoint is written.
 */
final class DriverTrainer implements AutoCloseable {
  private final SegmentOrder order;
  private final Workload<?> workload;
  private final Slices slices;
  private final CheckpointWatcher watcher;
  private final Checkpoints checkpoints;
  private final DriverModel model;
  private final ProgressMeter meter;
  private final DivergenceGuard guard;
  private final Stopwatch stopwatch;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(DaemonThreads.named("palimpsest-checkpoint"));
  private Future<?> writing;

  /** Whether a writer that did not end in time may still read the model. */
  private boolean writerMayRun;

  private WorkerFiles workerFiles;
  private Optional<StoredFolder> workerFolder = Optional.empty();
  private boolean meanMoments;
  private double weight;
  private long step;
  private long savedStep;
  private List<RoundReport> ofLastRound = List.of();
  private SegmentEnding ending = SegmentEnding.COMPLETE;
  private List<String> failures = List.of();
  private List<Progress> points = List.of();

  DriverTrainer(
      SegmentOrder order, Workload<?> workload, Slices slices, CheckpointWatcher watcher) {
    this.order = order;
    this.workload = workload;
    this.slices = slices;
    this.watcher = watcher;
    checkpoints = new Checkpoints(new Path(order.checkpoints()), order.hadoop().value());
    model = new DriverModel(slices, order.settings().outer(), order.settings().compression());
    meter = new ProgressMeter(order);
    guard = new DivergenceGuard(order);
    stopwatch = new Stopwatch(order.clock());
    step = order.state().step();
    savedStep = step;
    WorkerVectors none = WorkerVectors.none(order.checkpoints());
    workerFiles = order.checkpoint().map(this::restore).orElse(new WorkerFiles(none, none));
  }

  private WorkerFiles restore(String name) {
    Checkpoint checkpoint = checkpoints.open(name);
    checkpoint.readParameters(model.parameters());
    ReplicaFiles.restoreVelocity(checkpoint, model.outer());
    boolean reset = order.settings().innerState() == InnerState.RESET;
    return new WorkerFiles(
        reset ? WorkerVectors.none(order.checkpoints()) : WorkerVectors.of(checkpoint),
        WorkerVectors.residualsOf(checkpoint));
  }

  long step() {
    return step;
  }

  Slices slices() {
    return slices;
  }

  DriverModel model() {
    return model;
  }

  WorkerFiles workerFiles() {
    return workerFiles;
  }

  /** Whether the model holds the mean of the workers' moments, as opposed to a file. */
  boolean hasMeanMoments() {
    return meanMoments;
  }

  boolean isOver() {
    return step >= order.lastStep() || ending != SegmentEnding.COMPLETE;
  }

  List<Progress> points() {
    return points;
  }

  /**
   * Takes the reports of a round: makes the outer step, adds the counts, and starts a checkpoint if
   * one is due.
   */
  void take(List<RoundReport> ofRound) {
    List<RoundReport> reports = new ArrayList<>(ofRound);
    reports.sort(Comparator.comparingInt(RoundReport::rank));
    awaitWriter();
    RoundResult result = joined(reports);
    if (result.loss().weight() > 0) {
      model.step();
    }
    long before = step;
    int steps = order.stepsFrom(step);
    step += steps;
    weight += result.loss().weight();
    ending =
        ending == SegmentEnding.COMPLETE ? guard.ending(result, steps, PartialRound.NONE) : ending;
    meter
        .note(result, steps, step, stopwatch.lap(), stopwatch.secondsLeft())
        .ifPresent(ExecutorRegistry::receive);
    Optional<StoredFolder> used = workerFolder;
    workerFiles = filesOf(reports);
    workerFolder = Optional.of(folder());
    ofLastRound = reports;
    save(before, reports);
    used.filter(folder -> !folder.hasManifest()).ifPresent(StoredFolder::delete);
  }

  private RoundResult joined(List<RoundReport> reports) {
    RoundResult sum =
        reports.stream().map(RoundReport::result).reduce(RoundResult::plus).orElseThrow();
    long throughDriver = slices.parameters() + slices.moments();
    long broadcast = throughDriver * Float.BYTES * order.workers();
    return sum.withBytes(sum.bytesSent() + broadcast + throughDriver * Float.BYTES)
        .stopping(stopwatch.timeIsUp());
  }

  private WorkerFiles filesOf(List<RoundReport> reports) {
    String folder = folder().path().toString();
    long updates = reports.stream().mapToLong(r -> r.state().updates()).max().orElse(0);
    List<Double> weights = reports.stream().map(r -> r.state().weight()).toList();
    List<StoredFile> own = files(reports, OwnVector.MOMENTS);
    List<StoredFile> lost = files(reports, OwnVector.RESIDUAL);
    meanMoments = order.settings().innerState() == InnerState.AVERAGE;
    boolean reset = order.settings().innerState() == InnerState.RESET;
    return new WorkerFiles(
        new WorkerVectors(folder, own, weights, reset ? 0 : updates),
        new WorkerVectors(folder, lost, List.of(), 0));
  }

  /** The workers' files of one vector, by rank. */
  private static List<StoredFile> files(List<RoundReport> reports, OwnVector vector) {
    return reports.stream()
        .flatMap(
            report ->
                report.files().stream()
                    .filter(file -> report.state().file(vector).equals(Optional.of(file.name()))))
        .toList();
  }

  private StoredFolder folder() {
    return checkpoints.folder(Checkpoints.folderName(step, order.attempt()));
  }

  /** Ends the segment after its last complete round, and saves what that round made. */
  void stop() {
    ending = SegmentEnding.STOPPED;
    awaitWriter();
    if (step > savedStep) {
      save(step, ofLastRound);
    }
  }

  private void save(long before, List<RoundReport> reports) {
    boolean last = step >= order.lastStep() || ending != SegmentEnding.COMPLETE;
    boolean due = last || order.rounds().checkpointDue(before, step);
    if (!due || !ending.isGood()) {
      return;
    }
    ParameterCheck check = ParameterCheck.of(model.parameters());
    if (!check.isFinite()) {
      ending = SegmentEnding.DIVERGED;
      return;
    }
    savedStep = step;
    points = meter.takePoints();
    StoredFolder folder = folder();
    TrainingState state = state();
    DriverCheckpoint checkpoint =
        new DriverCheckpoint(model, state, reports, check.checksum(), points);
    Optional<Double> meanWeight = meanMoments ? Optional.of(weight) : Optional.empty();
    writing = writer.submit(() -> watcher.publish(checkpoint.write(folder, meanWeight)));
    if (last) {
      awaitWriter();
    }
  }

  private void awaitWriter() {
    if (writing == null) {
      return;
    }
    try {
      writing.get(order.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      writerMayRun = true;
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The driver waited more than "
              + order.timeout().toSeconds()
              + " s for a checkpoint to be written to "
              + order.checkpoints()
              + ": check that file system, or raise training.timeout or checkpoint.every.",
          e);
    } catch (InterruptedException e) {
      writerMayRun = true;
      Thread.currentThread().interrupt();
      throw PalimpsestException.cluster(
          "The run was interrupted while it wrote a checkpoint: start it again.");
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof PalimpsestException known)) {
        throw new IllegalStateException(e.getCause());
      }
      ending = SegmentEnding.UNSAVED;
      failures = List.of(known.getMessage());
    } finally {
      writing = null;
    }
  }

  private TrainingState state() {
    return meter.state(
        step,
        workload.epoch(step),
        slices.parameters(),
        guard.skippedInARow(),
        model.outer().velocity().isPresent());
  }

  SegmentResult result() {
    return new SegmentResult(ending, state(), failures, points, stopwatch.secondsLeft());
  }

  @Override
  public void close() {
    try {
      awaitWriter();
    } finally {
      writer.shutdownNow();
      if (!writerMayRun) {
        model.close();
      }
    }
  }
}
