package org.palimpsest.training.saving;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.VectorFile;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.checkpoint.WorkerState.OwnVector;
import org.palimpsest.training.exchange.Exchange;
import org.palimpsest.training.round.OuterState;
import org.palimpsest.training.segment.SegmentOrder;

/** How one worker's replica comes out of a checkpoint, and under which names it goes into one. */
public final class ReplicaFiles {
  private final SegmentOrder order;
  private final int rank;

  public ReplicaFiles(SegmentOrder order, int rank) {
    this.order = order;
    this.rank = rank;
  }

  /**
   * Gives the replica the parameters and the optimizer state of the checkpoint; a fresh start
   * leaves it as it was made.
   *
   * @param exchange gets back what its roundings had lost
   * @return the outer optimizer, ready for the first round
   */
  public OuterState restore(Trainable<?> replica, Exchange exchange) {
    if (order.isFresh()) {
      return beginOuter(replica.parameters());
    }
    Checkpoint checkpoint =
        new Checkpoints(new Path(order.checkpoints()), order.hadoop().value())
            .open(order.checkpoint().orElseThrow());
    checkpoint.readParameters(replica.parameters());
    WorkerVectors.of(checkpoint).restore(replica, rank, order.workers(), order.hadoop().value());
    restoreResidual(checkpoint, exchange);
    OuterState outer = beginOuter(replica.parameters());
    restoreVelocity(checkpoint, outer);
    return outer;
  }

  private OuterState beginOuter(FlatVector parameters) {
    return OuterState.begin(order.settings().outer(), order.settings().compression(), parameters);
  }

  public static void restoreVelocity(Checkpoint checkpoint, OuterState outer) {
    if (checkpoint.state().outerState()) {
      outer
          .velocity()
          .ifPresent(
              velocity ->
                  VectorFile.read(
                      checkpoint.folder(), checkpoint.file(Checkpoint.OUTER), velocity));
    }
  }

  /**
   * What exchanges of gradients have lost is no business of an exchange of parameters. With another
   * number of workers each takes an equal share of what all have lost.
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

  /** The vectors that this worker has to keep: worker 0 the parameters, each its own moments. */
  public Map<String, FlatVector> vectors(
      Trainable<?> replica, OuterState outer, WorkerState names, Exchange exchange) {
    Map<String, FlatVector> vectors = new LinkedHashMap<>();
    if (rank == 0) {
      vectors.put(Checkpoint.PARAMETERS, replica.parameters());
      outer.velocity().ifPresent(velocity -> vectors.put(Checkpoint.OUTER, velocity));
    }
    names.moments().ifPresent(name -> vectors.put(name, replica.optimizerState()));
    names.residual().ifPresent(name -> vectors.put(name, exchange.residual().orElseThrow()));
    return vectors;
  }

  /**
   * How this worker's files are called. With summed gradients all optimizers have seen the same,
   * and one copy is enough, unless a residual has to go with each.
   */
  public WorkerState names(Trainable<?> replica, double weight, Exchange exchange, long step) {
    boolean residual = exchange.residual().isPresent();
    boolean alike = order.rounds().isSynchronous(step - 1) && !residual;
    Map<OwnVector, String> files = new EnumMap<>(OwnVector.class);
    if (rank == 0 || !alike) {
      files.put(OwnVector.MOMENTS, String.format("optimizer-%05d.bin", rank));
    }
    if (residual) {
      files.put(OwnVector.RESIDUAL, String.format("residual-%05d.bin", rank));
    }
    return new WorkerState(files, replica.updates(), weight);
  }
}
