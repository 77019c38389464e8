package org.palimpsest.training.transport.spark;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.checkpoint.VectorFile;
import org.palimpsest.training.checkpoint.WorkerState;
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
import org.palimpsest.training.saving.WorkerCommit;
import org.palimpsest.training.saving.WorkerVectors;
import org.palimpsest.training.segment.SegmentEnding;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.SegmentResult;
import org.palimpsest.training.transport.spark.RoundTask.Leftovers;
import org.palimpsest.training.workload.Workload;

/**
 * What the driver keeps of a segment whose rounds are jobs: the model, the counts, and where the
 * workers' own state lies. Checkpoints are written by a thread of its own while the next round
 * runs; the model changes only when they are done.
 */
final class DriverTrainer implements AutoCloseable {
  private final SegmentOrder order;
  private final Workload<?> workload;
  private final Slices slices;
  private final CheckpointWatcher publisher;
  private final Checkpoints checkpoints;
  private final DriverModel model;
  private final ProgressMeter meter;
  private final DivergenceGuard guard;
  private final Stopwatch stopwatch;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(DaemonThreads.named("palimpsest-checkpoint"));
  private Future<?> writing;
  private Leftovers left;
  private Optional<StoredFolder> leftFolder = Optional.empty();
  private boolean meanMoments;
  private double weight;
  private long step;
  private SegmentEnding ending = SegmentEnding.COMPLETE;
  private List<String> failures = List.of();
  private List<Progress> points = List.of();

  DriverTrainer(
      SegmentOrder order, Workload<?> workload, Slices slices, CheckpointWatcher publisher) {
    this.order = order;
    this.workload = workload;
    this.slices = slices;
    this.publisher = publisher;
    checkpoints = new Checkpoints(new Path(order.checkpoints()), order.hadoop().value());
    model = new DriverModel(slices, order.settings().outer(), order.settings().compression());
    meter = new ProgressMeter(order);
    guard = new DivergenceGuard(order);
    stopwatch = new Stopwatch(order.clock());
    step = order.state().step();
    WorkerVectors none = WorkerVectors.none(order.checkpoints());
    left = order.checkpoint().map(this::restore).orElse(new Leftovers(none, none));
  }

  private Leftovers restore(String name) {
    Checkpoint checkpoint = checkpoints.open(name);
    checkpoint.readParameters(model.parameters());
    ReplicaFiles.restoreVelocity(checkpoint, model.outer());
    boolean reset = order.settings().innerState() == InnerState.RESET;
    return new Leftovers(
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

  Leftovers left() {
    return left;
  }

  /** Whether the model's moments are the workers' mean, and not yet a file's. */
  boolean hasMeanMoments() {
    return meanMoments;
  }

  boolean isOver() {
    return step >= order.lastStep() || ending != SegmentEnding.COMPLETE;
  }

  List<Progress> points() {
    return points;
  }

  /** Takes a round in: the outer step, the counts, and a checkpoint if one is due. */
  void take(List<RoundReport> unsorted) {
    List<RoundReport> reports = new ArrayList<>(unsorted);
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
    ending = ending == SegmentEnding.COMPLETE ? guard.ending(result, steps) : ending;
    meter
        .note(result, steps, step, stopwatch.lap(), stopwatch.secondsLeft())
        .ifPresent(ExecutorRegistry::receive);
    Optional<StoredFolder> used = leftFolder;
    left = leftBy(reports);
    leftFolder = Optional.of(folder());
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

  private Leftovers leftBy(List<RoundReport> reports) {
    String folder = folder().path().toString();
    long updates = reports.stream().mapToLong(r -> r.left().updates()).max().orElse(0);
    List<Double> weights = reports.stream().map(r -> r.left().weight()).toList();
    List<StoredFile> own = files(reports, OwnVector.MOMENTS);
    List<StoredFile> lost = files(reports, OwnVector.RESIDUAL);
    meanMoments = order.settings().innerState() == InnerState.AVERAGE;
    boolean reset = order.settings().innerState() == InnerState.RESET;
    return new Leftovers(
        new WorkerVectors(folder, own, weights, reset ? 0 : updates),
        new WorkerVectors(folder, lost, List.of(), 0));
  }

  /** The workers' files of one vector, by rank. */
  private static List<StoredFile> files(List<RoundReport> reports, OwnVector vector) {
    return reports.stream()
        .flatMap(
            report ->
                report.files().stream()
                    .filter(file -> report.left().file(vector).equals(Optional.of(file.name()))))
        .toList();
  }

  private StoredFolder folder() {
    return checkpoints.folder(Checkpoints.folderName(step, order.attempt()));
  }

  private void save(long before, List<RoundReport> reports) {
    boolean last = step >= order.lastStep() || ending == SegmentEnding.TIME_LIMIT;
    boolean due = last || order.rounds().checkpointDue(before, step);
    if (!due || (ending != SegmentEnding.COMPLETE && ending != SegmentEnding.TIME_LIMIT)) {
      return;
    }
    ParameterCheck inspection = ParameterCheck.of(model.parameters());
    if (!inspection.isFinite()) {
      ending = SegmentEnding.DIVERGED;
      return;
    }
    points = meter.takePoints();
    StoredFolder folder = folder();
    TrainingState state = state();
    List<Progress> told = points;
    writing = writer.submit(() -> write(folder, state, reports, inspection, told));
    if (last) {
      awaitWriter();
    }
  }

  private void write(
      StoredFolder folder,
      TrainingState state,
      List<RoundReport> reports,
      ParameterCheck inspection,
      List<Progress> told) {
    List<StoredFile> files = new ArrayList<>();
    files.add(
        Retry.until(() -> VectorFile.write(folder, Checkpoint.PARAMETERS, model.parameters())));
    model
        .outer()
        .velocity()
        .ifPresent(
            v -> files.add(Retry.until(() -> VectorFile.write(folder, Checkpoint.OUTER, v))));
    reports.forEach(report -> files.addAll(report.files()));
    List<WorkerState> workers = new ArrayList<>(reports.stream().map(RoundReport::left).toList());
    if (meanMoments) {
      String name = "optimizer-00000.bin";
      files.add(Retry.until(() -> VectorFile.write(folder, name, model.moments())));
      WorkerState first = workers.get(0);
      Map<OwnVector, String> names = new EnumMap<>(OwnVector.class);
      names.putAll(first.files());
      names.put(OwnVector.MOMENTS, name);
      workers.set(0, new WorkerState(names, first.updates(), weight));
    }
    List<WorkerCommit> deposits = new ArrayList<>();
    for (int rank = 0; rank < workers.size(); rank++) {
      deposits.add(
          new WorkerCommit(
              rank,
              state,
              workers.get(rank),
              rank == 0 ? files : List.of(),
              inspection.checksum(),
              rank == 0 ? told : List.of()));
    }
    publisher.publish(deposits);
  }

  private void awaitWriter() {
    if (writing == null) {
      return;
    }
    try {
      writing.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PalimpsestException.cluster("The run was stopped while it wrote a checkpoint.");
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
    writer.shutdownNow();
  }
}
