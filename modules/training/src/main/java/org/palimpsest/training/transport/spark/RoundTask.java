package org.palimpsest.training.transport.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.Trainable;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.VectorFile;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.checkpoint.WorkerState.OwnVector;
import org.palimpsest.training.config.TrainingSettings.InnerState;
import org.palimpsest.training.executor.ExecutorRegistry;
import org.palimpsest.training.executor.HostedReplica;
import org.palimpsest.training.executor.IdleReplicas;
import org.palimpsest.training.executor.NativeCaches;
import org.palimpsest.training.round.Aggregation;
import org.palimpsest.training.round.LocalCollective;
import org.palimpsest.training.round.Prefetch;
import org.palimpsest.training.round.Round;
import org.palimpsest.training.round.RoundResult;
import org.palimpsest.training.saving.WorkerVectors;
import org.palimpsest.training.segment.SegmentOrder;
import org.palimpsest.training.segment.StopSignals;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;
import scala.Tuple2;

/**
 * One worker's task of a round: reads the model, makes its steps, and returns its replica slice by
 * slice. Another attempt of the task returns the same.
 *
 * @param firstStep first step of the round
 * @param steps steps of each worker; 0 to return the first parameters of a replica
 * @param slices how the model is split
 * @param model the parameters; null before the first round
 * @param mean the mean of the moments, if it travels with the parameters; null before the first
 *     round
 * @param workerFiles files of the workers' moments and residuals
 */
record RoundTask<B>(
    Workload<B> workload,
    SegmentOrder order,
    long firstStep,
    int steps,
    Slices slices,
    Broadcast<Weights> model,
    Broadcast<Weights> mean,
    WorkerFiles workerFiles)
    implements Serializable {

  /**
   * Files of the workers' own state at the start of a round.
   *
   * @param moments moments of the inner optimizers
   * @param residuals rounding errors of compression
   */
  record WorkerFiles(WorkerVectors moments, WorkerVectors residuals) implements Serializable {}

  /** This worker's contribution to every slice, followed by its report. */
  Iterator<Tuple2<Long, Contribution>> contribute(Iterator<StepInput<B>> input) {
    NativeCaches.place();
    TaskContext task = TaskContext.get();
    TaskPlacement place = TaskPlacement.of(task, order.settings().device());
    // Reads the first batches while the model arrives.
    try (Prefetch<B> feed = new Prefetch<>(input, place.rank(), order.timeout())) {
      HostedReplica<B> hosted = borrow(task, place);
      long start = System.nanoTime();
      RoundResult result = hosted.with(replica -> train(replica, feed, place.rank(), task));
      double seconds = (System.nanoTime() - start) / 1e9;
      ExecutorRegistry.meter().readings().take(steps, seconds, result.loss().weight(), 0);
      return hosted.with(replica -> new Handover(replica, place.rank(), task, result));
    }
  }

  private HostedReplica<B> borrow(TaskContext task, TaskPlacement place) {
    IdleReplicas idle = ExecutorRegistry.replicas();
    HostedReplica<B> hosted = idle.take(order.attempt(), () -> workload.replica(place));
    TaskCompletionListener release =
        ended -> {
          if (ended.isFailed() || ended.isInterrupted()) {
            hosted.close();
          } else {
            idle.giveBack(order.attempt(), hosted);
          }
        };
    task.addTaskCompletionListener(release);
    return hosted;
  }

  private RoundResult train(Trainable<B> replica, Prefetch<B> feed, int rank, TaskContext task) {
    if (model != null) {
      replica.parameters().set(model.value().vector());
    }
    restoreMoments(replica, rank);
    LocalCollective place = new LocalCollective(rank, order.workers());
    return new Round<>(replica, place, feed, order.config())
        .run(new Aggregation.Deferred(), firstStep, steps, new TaskSignals(task));
  }

  /** The driver checks the time limit, and files are written after the round. */
  private record TaskSignals(TaskContext task) implements StopSignals {
    @Override
    public boolean timeIsUp() {
      return false;
    }

    @Override
    public boolean isUnsaved() {
      return false;
    }

    /** A cancelled round is repeated, so its task ends at once. */
    @Override
    public boolean isCancelled() {
      if (task.isInterrupted()) {
        throw new TaskKilledException("The round is cancelled.");
      }
      return false;
    }
  }

  private void restoreMoments(Trainable<B> replica, int rank) {
    if (mean != null) {
      replica.optimizerState().set(mean.value().vector());
      replica.restoreUpdates(workerFiles.moments().updates());
    } else {
      workerFiles.moments().restore(replica, rank, order.workers(), order.hadoop().value());
    }
  }

  /** Encodes one slice at a time, when Spark requests it. */
  private final class Handover implements Iterator<Tuple2<Long, Contribution>> {
    private final Trainable<B> replica;
    private final int rank;
    private final long attempt;
    private final RoundResult result;
    private final Packing packing;
    private final double weight;
    private int next;

    Handover(Trainable<B> replica, int rank, TaskContext task, RoundResult result) {
      this.replica = replica;
      this.rank = rank;
      this.attempt = task.taskAttemptId();
      this.result = result;
      weight = steps == 0 ? 1 : result.loss().weight();
      packing =
          new Packing(order.settings().compression(), slices, model == null ? null : model.value());
      packing.residual().ifPresent(this::restoreResidual);
      task.addTaskCompletionListener((TaskCompletionListener) ended -> packing.close());
    }

    private void restoreResidual(FlatVector residual) {
      workerFiles.residuals().restoreShare(residual, rank, order.workers(), order.hadoop().value());
    }

    @Override
    public boolean hasNext() {
      return next <= slices.reports();
    }

    @Override
    public Tuple2<Long, Contribution> next() {
      int slice = next++;
      byte[] packed =
          slice == slices.reports() ? Packing.packed(report()) : packing.pack(replica, slice);
      return new Tuple2<>(Slices.key(slice, rank), new Contribution(rank, weight, packed));
    }

    private RoundReport report() {
      StoredFolder folder =
          new Checkpoints(new Path(order.checkpoints()), order.hadoop().value())
              .folder(Checkpoints.folderName(firstStep + steps, order.attempt()));
      List<StoredFile> files = new ArrayList<>();
      boolean carried = order.settings().innerState() == InnerState.CARRIED && steps > 0;
      Map<OwnVector, String> names = new EnumMap<>(OwnVector.class);
      if (carried) {
        FlatVector moments = replica.optimizerState();
        names.put(OwnVector.MOMENTS, write(folder, "optimizer", moments, files));
      }
      packing
          .residual()
          .filter(residual -> steps > 0)
          .ifPresent(
              residual ->
                  names.put(OwnVector.RESIDUAL, write(folder, "residual", residual, files)));
      long bytes = packing.bytes() + files.stream().mapToLong(StoredFile::size).sum();
      WorkerState state = new WorkerState(names, replica.updates(), result.loss().weight());
      return new RoundReport(rank, result.withBytes(bytes), state, files);
    }

    /**
     * Writes a file. Its name has the attempt of the task, because two attempts may overlap.
     *
     * @throws PalimpsestException of kind CLUSTER if the file cannot be written
     */
    private String write(
        StoredFolder folder, String kind, FlatVector vector, List<StoredFile> files) {
      String name = String.format("%s-%05d-%d.bin", kind, rank, attempt);
      try {
        files.add(Retry.until(() -> VectorFile.write(folder, name, vector)));
      } catch (PalimpsestException e) {
        throw new PalimpsestException(PalimpsestException.Kind.CLUSTER, e.getMessage(), e);
      }
      return name;
    }
  }
}
