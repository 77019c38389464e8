package org.palimpsest.training.transport.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
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
 * One worker's part of a round that is a job of its own: it gets the model, makes its steps, and
 * hands on, slice by slice, what became of it. A task that is run again does the same again.
 *
 * @param firstStep the round's
 * @param steps of each worker; 0 to get just the parameters that a replica begins with
 * @param slices how the model is cut
 * @param model the parameters; null before the first round
 * @param mean the moments, where their mean goes with the parameters; null before the first round
 * @param left where the workers' moments and residuals lie
 */
record RoundTask<B>(
    Workload<B> workload,
    SegmentOrder order,
    long firstStep,
    int steps,
    Slices slices,
    Broadcast<Weights> model,
    Broadcast<Weights> mean,
    Leftovers left)
    implements Serializable {

  /**
   * What workers found at the beginning of the round, and how often their optimizers were used.
   *
   * @param moments of the inner optimizers
   * @param residuals what compression has lost
   */
  record Leftovers(WorkerVectors moments, WorkerVectors residuals) implements Serializable {}

  /** What this worker adds to every slice, and a report at last. */
  Iterator<Tuple2<Integer, Contribution>> contribute(Iterator<StepInput<B>> input) {
    NativeCaches.place();
    TaskContext task = TaskContext.get();
    TaskPlacement place = TaskPlacement.of(task, order.settings().device());
    // The first batches are read while the model is on its way.
    try (Prefetch<B> feed = new Prefetch<>(input, place.rank())) {
      HostedReplica<B> hosted = borrow(task, place);
      long start = System.nanoTime();
      RoundResult result = hosted.with(replica -> train(replica, feed, place.rank()));
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

  private RoundResult train(Trainable<B> replica, Prefetch<B> feed, int rank) {
    if (model != null) {
      model.value().copyTo(replica.parameters());
    }
    restoreMoments(replica, rank);
    LocalCollective place = new LocalCollective(rank, order.workers());
    return new Round<>(replica, place, feed, order.config())
        .run(new Aggregation.Deferred(), firstStep, steps, new NoStopSignals());
  }

  /** The driver has the clock, and the file system is asked later. */
  private record NoStopSignals() implements StopSignals {
    @Override
    public boolean timeIsUp() {
      return false;
    }

    @Override
    public boolean isUnsaved() {
      return false;
    }
  }

  private void restoreMoments(Trainable<B> replica, int rank) {
    if (mean != null) {
      mean.value().copyTo(replica.optimizerState());
      replica.restoreUpdates(left.moments().updates());
    } else {
      left.moments().restore(replica, rank, order.workers(), order.hadoop().value());
    }
  }

  /** Packs one slice after the other, when Spark asks for it. */
  private final class Handover implements Iterator<Tuple2<Integer, Contribution>> {
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
    }

    private void restoreResidual(HeapVector residual) {
      left.residuals().restoreShare(residual, rank, order.workers(), order.hadoop().value());
    }

    @Override
    public boolean hasNext() {
      return next <= slices.reports();
    }

    @Override
    public Tuple2<Integer, Contribution> next() {
      int slice = next++;
      byte[] packed =
          slice == slices.reports() ? Packing.packed(report()) : packing.pack(replica, slice);
      return new Tuple2<>(slice, new Contribution(rank, weight, packed));
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
     * Two attempts at a task may overlap: each writes files of its own.
     *
     * @throws PalimpsestException of kind CLUSTER if that cannot be done
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
