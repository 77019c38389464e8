package org.palimpsest.training.saving;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.PartialRound;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.checkpoint.VectorFile;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.checkpoint.WorkerState.OwnVector;
import org.palimpsest.training.exchange.Exchange;
import org.palimpsest.training.round.OuterState;
import org.palimpsest.training.round.Round;
import org.palimpsest.training.segment.SegmentOrder;

/** Reads one worker's replica from a checkpoint, and names its files in the next one. */
public final class ReplicaFiles {
  private final SegmentOrder order;
  private final int rank;

  public ReplicaFiles(SegmentOrder order, int rank) {
    this.order = order;
    this.rank = rank;
  }

  /**
   * Restores the parameters and the optimizer state of the replica from the order's checkpoint. A
   * fresh start leaves the replica unchanged.
   *
   * @param exchange its residual is restored
   * @return the outer optimizer, ready for the first round
   */
  public OuterState restore(Trainable<?> replica, Exchange exchange) {
    if (order.isFresh()) {
      return beginOuter(replica.parameters());
    }
    Checkpoint checkpoint =
        new Checkpoints(new Path(order.checkpoints()), order.hadoop().value())
            .open(order.checkpoint().orElseThrow());
    boolean continuesRound = continuesRound(checkpoint);
    if (continuesRound) {
      readOwn(checkpoint, replica.parameters());
    } else {
      checkpoint.readParameters(replica.parameters());
    }
    WorkerVectors.of(checkpoint).restore(replica, rank, order.workers(), order.hadoop().value());
    restoreResidual(checkpoint, exchange);
    OuterState outer = beginOuter(replica.parameters());
    if (continuesRound) {
      outer.anchor().ifPresent(anchor -> read(checkpoint, Checkpoint.ANCHOR, anchor));
    }
    restoreVelocity(checkpoint, outer);
    return outer;
  }

  /**
   * Whether the segment continues in the middle of a round. With another number of workers, a new
   * round starts from the mean of the workers' parameters.
   */
  private boolean continuesRound(Checkpoint checkpoint) {
    return checkpoint.state().isWithinRound()
        && checkpoint.state().workerCount() == order.workers();
  }

  private void readOwn(Checkpoint checkpoint, FlatVector parameters) {
    WorkerState own = checkpoint.state().workers().get(rank);
    read(checkpoint, own.file(OwnVector.PARAMETERS).orElseThrow(), parameters);
  }

  private static void read(Checkpoint checkpoint, String name, FlatVector into) {
    VectorFile.read(checkpoint.folder(), checkpoint.file(name), into);
  }

  /** What was done of the round that the segment starts in. */
  public Round.Earlier earlier() {
    TrainingState state = order.state();
    return state.isWithinRound() && state.workerCount() == order.workers()
        ? new Round.Earlier(state.workers().get(rank).round(), state.partialRound())
        : Round.Earlier.NOTHING;
  }

  private OuterState beginOuter(FlatVector parameters) {
    return OuterState.begin(order.settings().outer(), order.settings().compression(), parameters);
  }

  public static void restoreVelocity(Checkpoint checkpoint, OuterState outer) {
    if (checkpoint.state().outerState()) {
      outer.velocity().ifPresent(velocity -> read(checkpoint, Checkpoint.OUTER, velocity));
    }
  }

  /**
   * The residual of exchanges of gradients does not apply to exchanges of parameters. If the number
   * of workers has changed, each gets an equal part of the sum of all residuals.
   */
  private void restoreResidual(Checkpoint checkpoint, Exchange exchange) {
    long step = checkpoint.step();
    boolean sameKind = order.rounds().isSynchronous(step - 1) == order.rounds().isSynchronous(step);
    if (sameKind) {
      exchange
          .residual()
          .ifPresent(
              residual ->
                  WorkerVectors.residualsOf(checkpoint)
                      .restoreShare(residual, rank, order.workers(), order.hadoop().value()));
    }
  }

  /**
   * The vectors that this worker writes: worker 0 the parameters, each worker its own state, which
   * within a round includes its parameters.
   */
  public Map<String, FlatVector> vectors(
      Trainable<?> replica, OuterState outer, WorkerState names, Exchange exchange) {
    Map<String, FlatVector> vectors = new LinkedHashMap<>();
    names
        .file(OwnVector.PARAMETERS)
        .or(() -> rank == 0 ? Optional.of(Checkpoint.PARAMETERS) : Optional.empty())
        .ifPresent(name -> vectors.put(name, replica.parameters()));
    if (rank == 0) {
      if (names.round().hasBegun()) {
        outer.anchor().ifPresent(anchor -> vectors.put(Checkpoint.ANCHOR, anchor));
      }
      outer.velocity().ifPresent(velocity -> vectors.put(Checkpoint.OUTER, velocity));
    }
    names.moments().ifPresent(name -> vectors.put(name, replica.optimizerState()));
    names.residual().ifPresent(name -> vectors.put(name, exchange.residual().orElseThrow()));
    return vectors;
  }

  /**
   * The names of this worker's files. With summed gradients all optimizers have the same state, so
   * worker 0 alone writes it, unless each worker has a residual.
   *
   * @param round what the worker has done of the round in which the run stops; nothing between
   *     rounds
   */
  public WorkerState names(
      Trainable<?> replica, double weight, Exchange exchange, long step, PartialRound round) {
    boolean residual = exchange.residual().isPresent();
    boolean alike = order.rounds().isSynchronous(step - 1) && !residual;
    Map<OwnVector, String> files = new EnumMap<>(OwnVector.class);
    if (rank == 0 || !alike) {
      files.put(OwnVector.MOMENTS, String.format("optimizer-%05d.bin", rank));
    }
    if (residual) {
      files.put(OwnVector.RESIDUAL, String.format("residual-%05d.bin", rank));
    }
    if (round.hasBegun()) {
      files.put(
          OwnVector.PARAMETERS,
          rank == 0 ? Checkpoint.PARAMETERS : String.format("parameters-%05d.bin", rank));
    }
    return new WorkerState(files, replica.updates(), weight, round);
  }
}
